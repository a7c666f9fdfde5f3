import { History } from "./history.ts";

/** What a key does to a document. */
export function press(history: History, key: string): void {
  if (key === "ctrl+z") history.undo();
  else history.change(history.current + key);
}
