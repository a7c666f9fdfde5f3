/** How one thing that can be used reads: `link "More"`, `textbox "Name" = "Ada"`. */
import type { AxNode } from "./ax-node.ts";

const CONTROLS: ReadonlySet<string> = new Set([
  ...["link", "button", "textbox", "searchbox", "combobox", "checkbox", "radio", "switch"],
  ...["slider", "spinbutton", "tab", "menuitem", "menuitemcheckbox", "menuitemradio", "treeitem"],
  ...["option", "DisclosureTriangle", "ColorWell", "Date", "DateTime", "InputTime", "PopUpButton"],
]);
/** Roles whose names say little to a model. */
const ROLE_NAMES: Readonly<Record<string, string>> = {
  DisclosureTriangle: "button",
  ColorWell: "colour",
  Date: "date",
  DateTime: "date",
  InputTime: "time",
  PopUpButton: "button",
  generic: "area",
};
/** Longest name or value that is shown, in characters. */
const LONGEST = 160;
const MOST_OPTIONS = 12;

/** Whether it can be used by itself; what lies in it is then listed by its name alone. */
export function isControl({ role, properties }: AxNode): boolean {
  if (CONTROLS.has(role)) return true;
  return role === "generic" && isFocusable(properties) && properties.get("editable") === "richtext";
}

/** Whether a page may have made a control of a plain element: it can be reached by the keyboard. */
export function mayBeControl({ role, properties }: AxNode): boolean {
  return role === "generic" && isFocusable(properties);
}

function isFocusable(properties: AxNode["properties"]): boolean {
  return properties.get("focusable") === true;
}

export interface ControlContext {
  /** Host of the page. */
  readonly host: string;
  /** What can be chosen. */
  readonly options: readonly string[];
}

export function controlText(node: AxNode, { host, options }: ControlContext): string {
  const { role, name, value } = node;
  const parts = [
    ROLE_NAMES[role] ?? role,
    name === "" ? "" : quoted(name),
    value === "" ? "" : `= ${quoted(value)}`,
    optionsText(options),
    ...states(node),
    otherHost(node, host),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

/** In quotation marks, in one row, and not too long. */
export function quoted(text: string): string {
  const row = inPageText(text)
    .replace(/[\s\u0085]+/g, " ")
    .trim();
  const cut = row.length > LONGEST ? `${row.slice(0, LONGEST).toWellFormed()}…` : row;
  return `"${cut.replaceAll('"', "'")}"`;
}

/** Text of a page, in which nothing reads like a name that we gave. */
export function inPageText(text: string): string {
  return text.replace(/\[(?=[em]\d+\])/g, "[ ");
}

function optionsText(options: readonly string[]): string {
  if (options.length === 0) return "";
  const listed = options.slice(0, MOST_OPTIONS).map((option) => quoted(option).slice(1, -1));
  const more = options.length - listed.length;
  return `(${listed.join(" | ")}${more > 0 ? ` | … ${more} more` : ""})`;
}

function states({ properties, role }: AxNode): readonly string[] {
  const is = (name: string, expected: unknown): boolean => properties.get(name) === expected;
  return [
    is("checked", "true") || is("checked", true) ? "checked" : "",
    is("checked", "mixed") ? "partly checked" : "",
    is("disabled", true) ? "disabled" : "",
    is("required", true) ? "required" : "",
    is("selected", true) && role !== "option" ? "selected" : "",
    is("selected", true) && role === "option" ? "chosen" : "",
    is("pressed", "true") ? "pressed" : "",
    is("expanded", true) ? "open" : "",
    is("invalid", "true") ? "invalid" : "",
    is("readonly", true) && role === "textbox" ? "read-only" : "",
  ];
}

function otherHost({ role, properties }: AxNode, host: string): string {
  const url = role === "link" ? properties.get("url") : undefined;
  const to = typeof url === "string" ? URL.parse(url) : null;
  if (to === null || to.hostname === "" || to.hostname === host) return "";
  return `→ ${to.hostname}`;
}
