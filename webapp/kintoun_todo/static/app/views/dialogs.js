/**
 * What is drawn, and said, on demand only: dialogs by their names, the menu of a task, decisions, news of others. Loaded when
 * the first of it is needed, as the page is there sooner without it.
 */
import { accountDialog } from "./account.js";
import { groupsDialog } from "./groups.js";
import { listDialog } from "./list_title.js";
import { shareDialog } from "./share.js";
import { transferDialog } from "./transfer.js";

/** @type {Record<string, (app: any) => unknown>} */
export const DIALOGS = {
  account: accountDialog,
  groups: groupsDialog,
  list: listDialog,
  share: shareDialog,
  transfer: transferDialog,
};

export { alertText, newsText } from "../word_of_others.js";
export { decisionView } from "./deciding.js";
export { menuView } from "./task_menu.js";
