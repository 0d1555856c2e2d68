// <hw-mention data-url> around a text: after an @ it offers people, by keyboard, pointer or touch. What is
// chosen is written as text, which the server reads; without scripts people type it themselves.
const TYPED = /(?:^|[^\p{L}\p{N}\p{M}])@([^\s@][^@\n]{0,40})?$/u;

class Mention extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea");
    if (!this.text || this.list) return;
    this.list = this.appendChild(document.createElement("ul"));
    this.list.className = "menu mention-list";
    this.list.id = "mention-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.dataset.label);
    this.list.hidden = true;
    this.text.addEventListener("input", () => this.look());
    this.text.addEventListener("keydown", (event) => this.press(event));
    this.text.addEventListener("blur", () => this.close());
    // Before the text loses the focus.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
  }

  async look() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    const typed = TYPED.exec(before);
    this.asked = typed ? typed[1] || "" : null;
    if (this.asked === null) return this.close();
    const asked = this.asked;
    const address = new URL(this.dataset.url, window.location.href);
    address.searchParams.set("q", asked);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      const { options } = await answer.json();
      if (asked === this.asked && document.activeElement === this.text) this.offer(options);
    } catch {
      this.close();
    }
  }

  offer(options) {
    this.list.replaceChildren(...options.map((option, at) => this.row(option, at)));
    this.list.hidden = options.length === 0;
    if (!options.length) return this.close();
    this.text.setAttribute("aria-autocomplete", "list");
    this.text.setAttribute("aria-controls", this.list.id);
    this.mark(0);
  }

  row(option, at) {
    const row = document.createElement("li");
    row.id = `mention-${at}`;
    row.className = "menu-item";
    row.setAttribute("role", "option");
    row.dataset.write = option.write;
    const name = row.appendChild(document.createElement("span"));
    name.textContent = option.text;
    const hint = row.appendChild(document.createElement("small"));
    hint.textContent = option.hint;
    row.toggleAttribute("data-blind", option.blind);
    return row;
  }

  mark(at) {
    const rows = [...this.list.children];
    this.at = (at + rows.length) % rows.length;
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === this.at)));
    rows[this.at].scrollIntoView({ block: "nearest" });
    this.text.setAttribute("aria-activedescendant", rows[this.at].id);
  }

  press(event) {
    if (this.list.hidden || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark(this.at + step);
    else if (event.key === "Escape") this.close();
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
      this.choose(this.list.children[this.at]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  choose(row) {
    if (!row) return;
    const end = this.text.selectionStart;
    const start = this.text.value.lastIndexOf("@", end - 1);
    this.text.setRangeText(`${row.dataset.write} `, start, end, "end");
    this.close();
    this.text.focus();
  }

  close() {
    this.asked = null;
    this.list.hidden = true;
    for (const name of ["aria-autocomplete", "aria-controls", "aria-activedescendant"]) {
      this.text.removeAttribute(name);
    }
  }
}

customElements.define("hw-mention", Mention);
