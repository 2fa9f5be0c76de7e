/** What was typed into a form. */

/** Take a form's words. @param {SubmitEvent} event @returns {Record<string, string>} trimmed, passwords as they are */
export function wordsOf(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const entries = [...new FormData(form)].map(([name, value]) => {
    const text = String(value);
    return [name, name.includes("password") ? text : text.trim()];
  });
  return Object.fromEntries(entries);
}
