// <hw-picker> around a select: search as you type. With data-url the options come from the
// server, which answers {"options": [{"value", "text", "hint"}]}; the page never holds them all.
// With data-maker what is typed becomes an option: the server answers {"value", "text"}, or why not.
import clearButton from "tom-select/dist/esm/plugins/clear_button/plugin.js";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";
import TomSelect from "tom-select/dist/esm/tom-select.js";
import { toast } from "./toast.js";

TomSelect.define("clear_button", clearButton);
TomSelect.define("remove_button", removeButton);

function optionsUrl(url, query) {
  const address = new URL(url, window.location.href);
  address.searchParams.set("q", query);
  return address;
}

function row(data, escape) {
  const hint = data.hint ? ` <span class="hint">${escape(data.hint)}</span>` : "";
  return `<div>${escape(data.text)}${hint}</div>`;
}

class Picker extends HTMLElement {
  connectedCallback() {
    const select = this.querySelector("select");
    if (!select || select.tomselect) return;
    const url = this.dataset.url;
    const many = select.multiple;
    this.control = new TomSelect(select, {
      plugins: this.plugins(many, select.required),
      allowEmptyOption: false,
      hidePlaceholder: true,
      closeAfterSelect: !many,
      clearAfterSelect: true, // the next one is typed from the beginning
      maxOptions: 200,
      refreshThrottle: url ? 300 : 0, // Enter right after typing must take what was typed
      placeholder: select.dataset.placeholder || "",
      searchField: ["text", "hint"],
      sortField: [{ field: "$order" }, { field: "$score" }],
      preload: url ? "focus" : false,
      load: url
        ? (query, done) =>
            fetch(optionsUrl(url, query), { headers: { Accept: "application/json" } })
              .then((answer) => answer.json())
              .then((answer) => done(answer.options))
              .catch(() => done())
        : null,
      shouldLoad: () => Boolean(url),
      create: this.dataset.maker ? (typed, done) => this.make(typed, done) : false,
      createFilter: (typed) => !this.has(typed),
      render: {
        option: row,
        option_create: (data, escape) =>
          `<div class="create">${escape(this.dataset.make.replace("{label}", data.input.trim()))}</div>`,
        no_results: () => `<div class="no-results">${this.dataset.none || ""}</div>`,
      },
    });
    this.control.on("dropdown_open", (list) => list.scrollIntoView({ block: "nearest" }));
    this.describe(select, this.control.control_input);
    if (select.autofocus) this.control.focus();
  }

  has(typed) {
    const plain = (text) => text.normalize("NFKC").trim().replace(/\s+/g, " ").toLocaleLowerCase();
    return Object.values(this.control.options).some((option) => plain(option.text) === plain(typed));
  }

  async make(typed, done) {
    const body = new FormData();
    body.set("label", typed);
    body.set("csrfmiddlewaretoken", this.closest("form").querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(this.dataset.maker, { method: "POST", body }).catch(() => null);
    const made = await answer?.json().catch(() => null);
    if (answer?.ok && made) {
      done(made);
      return;
    }
    toast(made?.message || document.body.dataset.offline, "error");
    done();
  }

  // Their words come from the page, in the reader's language.
  plugins(many, required) {
    if (many) return { remove_button: { title: this.dataset.remove || "" } };
    return required ? {} : { clear_button: { title: this.dataset.clear || "" } };
  }

  // The text control takes over the name and the descriptions; the select is for the form only.
  describe(select, input) {
    const name = select.getAttribute("aria-label");
    if (name && !document.querySelector(`label[for="${CSS.escape(input.id)}"]`)) input.setAttribute("aria-label", name);
    for (const attribute of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(attribute)) input.setAttribute(attribute, select.getAttribute(attribute));
    }
    select.setAttribute("aria-hidden", "true");
  }

  disconnectedCallback() {
    this.control?.destroy();
    this.control = null;
  }
}

customElements.define("hw-picker", Picker);
