/**
 * The dialogs by their names: loaded when the first one is opened, as the page is there sooner without them.
 */
import { accountDialog } from "./account.js";
import { groupsDialog } from "./groups.js";
import { listDialog } from "./list_title.js";
import { shareDialog } from "./share.js";
import { transferDialog } from "./transfer.js";

// Whoever deletes a shared list needs this too, and with it the half of the engine that shares.
export { AccessOf } from "../access.js";

/** @type {Record<string, (app: any) => unknown>} */
export const DIALOGS = {
  account: accountDialog,
  groups: groupsDialog,
  list: listDialog,
  share: shareDialog,
  transfer: transferDialog,
};
