// <hw-file> around the control of a file: what is chosen or dropped is sent at once, with its progress, so that
// the form carries a number only. A form that is sent meanwhile takes the file along itself.

class FileControl extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.input = this.querySelector("input[type=file]");
    this.number = this.querySelector("input[type=hidden]");
    this.there = this.querySelector(".file-there");
    this.bar = this.querySelector("progress");
    this.problem = this.querySelector("[role=alert]");
    for (const name of ["dragover", "dragleave", "drop"]) this.addEventListener(name, this);
    this.input.addEventListener("change", () => this.send());
    this.querySelector("[data-remove]").addEventListener("click", () => this.take(null));
  }

  handleEvent(event) {
    event.preventDefault();
    this.toggleAttribute("data-over", event.type === "dragover");
    if (event.type !== "drop" || !event.dataTransfer.files.length) return;
    this.input.files = event.dataTransfer.files;
    this.send();
  }

  send() {
    this.request?.abort();
    const file = this.input.files[0];
    this.say("");
    if (!file) return;
    if (file.size > Number(this.dataset.limit)) return this.fail(this.dataset.tooLarge);
    const body = new FormData();
    body.append("file", file);
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("POST", this.dataset.url);
    request.setRequestHeader("X-CSRFToken", this.closest("form").elements.csrfmiddlewaretoken.value);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => this.progress(event.loaded / (event.total || 1)));
    request.addEventListener("load", () => {
      if (request.status === 201) this.take(request.response);
      else this.fail(request.response?.message || this.dataset.failed);
    });
    request.addEventListener("error", () => this.fail(this.dataset.failed));
    this.progress(0);
    request.send(body);
  }

  progress(part) {
    this.bar.hidden = false;
    this.bar.value = part;
  }

  take(file) {
    this.clear();
    this.say("");
    this.number.value = file ? file.id : "";
    this.there.hidden = !file;
    if (file) {
      const link = this.there.querySelector("a");
      link.href = file.url;
      link.textContent = file.name;
      this.there.querySelector("[data-size]").textContent = file.size;
    } else this.input.focus();
    for (const name of ["input", "change"]) this.number.dispatchEvent(new Event(name, { bubbles: true }));
  }

  fail(message) {
    this.clear();
    this.say(message);
  }

  clear() {
    this.request = null;
    this.input.value = "";
    this.bar.hidden = true;
  }

  say(message) {
    this.problem.textContent = message;
    this.problem.hidden = !message;
  }
}

customElements.define("hw-file", FileControl);
