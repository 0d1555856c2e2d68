// <hw-drop> around a file input: files can be dropped on it. What is too large is said at once,
// not after minutes of sending.

class Drop extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.addEventListener("dragover", this);
    this.addEventListener("dragleave", this);
    this.addEventListener("drop", this);
    this.addEventListener("change", this);
  }

  handleEvent(event) {
    if (event.type === "change") return this.check();
    event.preventDefault();
    this.toggleAttribute("data-over", event.type === "dragover");
    if (event.type === "drop" && event.dataTransfer.files.length) {
      this.input.files = event.dataTransfer.files;
      this.check();
    }
  }

  check() {
    const file = this.input.files[0];
    this.toggleAttribute("data-chosen", Boolean(file));
    this.input.setCustomValidity(file && file.size > Number(this.dataset.limit) ? this.dataset.tooLarge : "");
    if (file) this.input.reportValidity();
  }
}

customElements.define("hw-drop", Drop);
