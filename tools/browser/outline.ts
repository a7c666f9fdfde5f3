/** What a page says, as rows: made of its accessibility tree, without a browser. */
import { oneRow } from "#core/text/one-row.ts";
import type { AxNode, AxTree } from "./ax-node.ts";
import { controlText, inPageText, isControl, mayBeControl, quoted } from "./control-text.ts";

/** One row, and the rows that belong to it. */
export interface OutlineItem {
  readonly text: string;
  /** Can stand in one row with what comes before and behind it. */
  readonly isInline?: boolean;
  /** A part of the page by the role of a landmark; such parts are left out first where a page is long. */
  readonly landmark?: string;
  readonly children: readonly OutlineItem[];
}

/** What can be clicked, typed into or chosen. */
export interface Target {
  readonly element: number;
  readonly role: string;
  readonly name: string;
}

export interface OutlineOptions {
  /** Gives an element the name by which calls refer to it. */
  readonly refOf: (target: Target) => string;
  /** Host of the page: links to others say where they lead. */
  readonly host: string;
  /** What stands in a frame. @default nothing */
  readonly inFrame?: ((element: number) => readonly OutlineItem[]) | undefined;
}

const LANDMARKS: ReadonlySet<string> = new Set([
  ...["banner", "navigation", "main", "contentinfo", "complementary", "region", "form", "search"],
  ...["dialog", "alertdialog", "Iframe"],
]);
/** They say nothing that another node does not say as well. */
const SILENT: ReadonlySet<string> = new Set(["InlineTextBox", "LineBreak", "MenuListPopup"]);
/** Longest row that is put together of several pieces, in characters. */
const ROW = 240;
/** Of an element that a page made a control of: characters of its text, and levels below it. */
const MOST_NAME = 120;
const MOST_LEVELS = 8;
/** So deep do documents of people go; a page can be made to go deeper than our stack. */
const DEEPEST = 400;

/** The rows of a page, in the order of the document. */
export function outlineOf(tree: AxTree, options: OutlineOptions): readonly OutlineItem[] {
  if (tree.root === undefined) return [];
  return new Outline(tree, options).below(tree.root, 0);
}

class Outline {
  readonly #tree: AxTree;
  readonly #options: OutlineOptions;

  constructor(tree: AxTree, options: OutlineOptions) {
    this.#tree = tree;
    this.#options = options;
  }

  below(node: AxNode, depth: number): readonly OutlineItem[] {
    if (depth > DEEPEST) return [];
    return inRows(this.#children(node).flatMap((child) => this.#items(child, depth + 1)));
  }

  #children(node: AxNode): readonly AxNode[] {
    return node.children.flatMap((id) => this.#tree.nodes.get(id) ?? []);
  }

  #items(node: AxNode, depth: number): readonly OutlineItem[] {
    if (depth > DEEPEST || SILENT.has(node.role)) return [];
    if (node.isIgnored) {
      return this.#children(node).flatMap((child) => this.#items(child, depth + 1));
    }
    if (node.role === "StaticText") {
      return [{ text: inPageText(node.name), isInline: true, children: [] }];
    }
    if (node.role === "ListMarker") return marker(node);
    if (isControl(node)) return [this.#control(node)];
    const made = mayBeControl(node) ? this.#textOf(node) : undefined;
    return made === undefined ? this.#part(node, depth) : [this.#control({ ...node, name: made })];
  }

  #part(node: AxNode, depth: number): readonly OutlineItem[] {
    switch (node.role) {
      case "image":
      case "img":
        return image(node);
      case "row":
        return [this.#row(node, depth)];
      case "Iframe":
        return this.#frame(node);
      default:
        return part(node, this.below(node, depth));
    }
  }

  #control(node: AxNode): OutlineItem {
    const { role, name, element } = node;
    const options = this.#optionsOf(node);
    const ref = element === undefined ? "" : `[${this.#options.refOf({ element, role, name })}] `;
    const text = `${ref}${controlText(node, { host: this.#options.host, options })}`;
    // Others begin a row: forms are read line by line.
    return role === "link" ? { text: ` ${text} `, isInline: true, children: [] } : leaf(text);
  }

  /** What a plain element says; undefined where it holds controls, much text or none: then it is only a container. */
  #textOf(node: AxNode): string | undefined {
    let text = "";
    const look = (at: AxNode, level: number): boolean => {
      if (at.role === "StaticText") text += at.name;
      if (text.length > MOST_NAME || level > MOST_LEVELS || isControl(at)) return false;
      return this.#children(at).every((child) => look(child, level + 1));
    };
    return this.#children(node).every((child) => look(child, 0)) && text.trim() !== ""
      ? text
      : undefined;
  }

  /** What can be chosen in a list that opens. */
  #optionsOf(node: AxNode): readonly string[] {
    if (node.role !== "combobox") return [];
    const found: string[] = [];
    const look = (at: AxNode, level: number): void => {
      if (at.role === "option") found.push(at.name);
      else if (level < MOST_LEVELS) for (const child of this.#children(at)) look(child, level + 1);
    };
    look(node, 0);
    return found;
  }

  #row(node: AxNode, depth: number): OutlineItem {
    const cells = this.#children(node)
      .flatMap((child) => (child.isIgnored ? this.#children(child) : [child]))
      .map((cell) =>
        this.below(cell, depth + 1)
          .flatMap(textsOf)
          .join(" "),
      );
    return leaf(`| ${cells.map(oneRow).join(" | ")} |`);
  }

  #frame({ element, name }: AxNode): readonly OutlineItem[] {
    const children = element === undefined ? [] : (this.#options.inFrame?.(element) ?? []);
    if (children.length === 0) return [];
    const text = name === "" ? "frame" : `frame ${quoted(name)}`;
    return [{ text, landmark: "Iframe", children }];
  }
}

function part(node: AxNode, children: readonly OutlineItem[]): readonly OutlineItem[] {
  const { role, name } = node;
  const text = name === "" ? role : `${role} ${quoted(name)}`;
  if (LANDMARKS.has(role)) return children.length === 0 ? [] : [{ text, landmark: role, children }];
  switch (role) {
    case "heading":
      return heading(node, children);
    case "LabelText":
      return labelled(children);
    case "listitem":
      return prefixed("- ", children);
    case "table":
      return name === "" ? children : [{ text, children }];
    default:
      return children.map((item) => ({ ...item, isInline: false }));
  }
}

function image({ name }: AxNode): readonly OutlineItem[] {
  return name === "" ? [] : [{ text: ` image ${quoted(name)} `, isInline: true, children: [] }];
}

function leaf(text: string): OutlineItem {
  return { text, children: [] };
}

/** The number of an item of a list; a bullet says nothing. */
function marker({ name }: AxNode): readonly OutlineItem[] {
  return /\d/.test(name) ? [{ text: `${name} `, isInline: true, children: [] }] : [];
}

function heading(node: AxNode, children: readonly OutlineItem[]): readonly OutlineItem[] {
  const level = node.properties.get("level");
  const content =
    children.length === 0 ? inPageText(node.name) : children.flatMap(textsOf).join(" ");
  const text = oneRow(content);
  return text === "" ? [] : [leaf(`h${typeof level === "number" ? level : ""} ${text}`)];
}

/** A label says what its field is called, which the field does itself. */
function labelled(children: readonly OutlineItem[]): readonly OutlineItem[] {
  const fields = children.filter(({ text }) => /^\s*\[e\d+\] /.test(text));
  return fields.length === 0 ? children : fields;
}

function prefixed(mark: string, items: readonly OutlineItem[]): readonly OutlineItem[] {
  const [first, ...others] = items;
  if (first === undefined) return [];
  return [
    {
      ...first,
      text: `${mark}${first.text}`,
      isInline: false,
      children: [...first.children, ...others],
    },
  ];
}

function textsOf(item: OutlineItem): readonly string[] {
  return [item.text, ...item.children.flatMap(textsOf)];
}

/** Puts pieces that follow each other into one row. */
function inRows(items: readonly OutlineItem[]): readonly OutlineItem[] {
  const rows: OutlineItem[] = [];
  let pieces: string[] = [];
  const flush = (): void => {
    const text = oneRow(pieces.join(""));
    pieces = [];
    if (text !== "") rows.push(leaf(text));
  };
  let length = 0;
  for (const item of items) {
    if (item.isInline !== true) {
      flush();
      rows.push(item);
      continue;
    }
    length = pieces.length === 0 ? item.text.length : length + item.text.length;
    if (length > ROW) {
      flush();
      length = item.text.length;
    }
    pieces.push(item.text);
  }
  flush();
  return rows;
}
