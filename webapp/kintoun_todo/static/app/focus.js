/**
 * Where the keyboard's focus goes when what had it is gone: to what was asked for, else to the next task, else to the
 * field for a new one; never to the body.
 */
export class Focus {
  /** @type {string[]} selectors, the first that is there gets the focus */ #wanted = [];
  /** @type {Element | null} */ #last = null;
  #lastPlace = -1;
  /** @type {HTMLElement} */ #root;

  /** @param {HTMLElement} root the part of the page that is watched */
  constructor(root) {
    this.#root = root;
    root.addEventListener("focusin", (event) => {
      this.#last = /** @type {Element} */ (event.target);
      this.#lastPlace = this.#items().findIndex((item) => item.contains(this.#last));
    });
  }

  /** After the next drawing, focus the first of these that is there. @param {string[]} selectors */
  want(...selectors) {
    this.#wanted = selectors;
  }

  /** Focus a task's checkbox after the next drawing, or else the task at its place. @param {string} id */
  wantTask(id) {
    const row = `[data-id="${CSS.escape(id)}"]`;
    this.want(`${row} .toggle:enabled`, `${row} .readonly-badge`);
    this.#lastPlace = this.#items().findIndex((item) => item instanceof HTMLElement && item.dataset.id === id);
  }

  /** Called after each drawing. */
  settle() {
    if (this.#root.querySelector("dialog[open]") !== null) return;
    const wanted = this.#wanted;
    this.#wanted = [];
    for (const selector of wanted) {
      if (focused(this.#root.querySelector(selector))) return;
    }
    const lost = this.#last !== null && !this.#last.isConnected && document.activeElement === document.body;
    if (wanted.length > 0 || lost) this.#fallBack();
  }

  #fallBack() {
    const items = this.#items();
    const next = this.#lastPlace < 0 ? undefined : items[Math.min(this.#lastPlace, items.length - 1)];
    const inItem = next?.querySelector(".toggle:enabled, .readonly-badge");
    if (!focused(inItem ?? null)) focused(this.#root.querySelector(".new-todo"));
  }

  #items() {
    return [...this.#root.querySelectorAll(".todo-list > li")];
  }
}

/** @param {Element | null} element @returns {boolean} whether it has the focus now */
function focused(element) {
  if (!(element instanceof HTMLElement)) return false;
  element.focus();
  return document.activeElement === element;
}
