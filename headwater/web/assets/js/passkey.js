// <hw-passkey>: asks the browser for a passkey and sends the answer with the form around it.
// Numbers travel as base64url; the browser wants and gives bytes.

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const named = (list) => list?.map((each) => ({ ...each, id: bytes(each.id) }));

function asked(options) {
  const found = { ...options, challenge: bytes(options.challenge) };
  if (found.user) found.user = { ...found.user, id: bytes(found.user.id) };
  if (found.excludeCredentials) found.excludeCredentials = named(found.excludeCredentials);
  if (found.allowCredentials) found.allowCredentials = named(found.allowCredentials);
  return found;
}

function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

class Passkey extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential) return;
    this.form = this.querySelector("form");
    this.button = this.form.querySelector("button");
    this.button.hidden = false;
    this.querySelector("[data-without]").hidden = true;
    this.form.addEventListener("submit", (event) => {
      if (this.form.elements.credential.value) return;
      event.preventDefault();
      this.ask();
    });
  }

  async options() {
    if (!this.dataset.fetch) return JSON.parse(this.dataset.options);
    const answer = await fetch(this.dataset.fetch, { headers: { Accept: "application/json" } });
    return (await answer.json()).request_options;
  }

  async ask() {
    this.button.disabled = true;
    try {
      const publicKey = asked((await this.options()).publicKey);
      const credential = await navigator.credentials[this.dataset.mode]({ publicKey });
      this.form.elements.credential.value = JSON.stringify(answered(credential));
      this.form.submit();
    } catch {
      this.button.disabled = false;
      const alert = this.querySelector("[role=alert]");
      alert.hidden = false;
      alert.querySelector("[data-said]").textContent = this.dataset.failed;
    }
  }
}

customElements.define("hw-passkey", Passkey);
