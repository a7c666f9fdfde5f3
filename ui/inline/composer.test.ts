import { describe, expect, test } from "bun:test";
import { KeyDecoder } from "../keys.ts";
import { withText } from "../line-editor.ts";
import { complete, completionSource } from "./completion.ts";
import {
  type Composer,
  type ComposerAction,
  compose,
  newComposer,
  searchHint,
} from "./composer.ts";

const UP = "\u001b[A";
const DOWN = "\u001b[B";
const SEARCH = "\u0012";

/** Types on a composer; what its keys ask for is kept. */
function type(
  keys: string,
  history: readonly string[] = [],
): Composer & { actions: ComposerAction[] } {
  let composer = newComposer(history);
  const actions: ComposerAction[] = [];
  const decoder = new KeyDecoder();
  for (const key of [...decoder.push(new TextEncoder().encode(keys)), ...decoder.flush()]) {
    const composed = compose(composer, key);
    composer = composed.composer;
    if (composed.action !== undefined) actions.push(composed.action);
  }
  return { ...composer, actions };
}

const sent = ["deploy one", "test", "deploy two", "other"];

describe("a search", () => {
  test.each([
    ["the newest line that fits", "dep", "deploy two"],
    ["an older one at the next Ctrl-R", `dep${SEARCH}`, "deploy one"],
    ["the oldest stays", `dep${SEARCH}${SEARCH}${SEARCH}`, "deploy one"],
    ["a shorter query begins anew", `depx\u007f`, "deploy two"],
    ["nothing fits: what was written stays", "zzz", "draft"],
  ])("%s", (_what, keys, text) => {
    expect(type(`draft${SEARCH}${keys}`, sent).editor.text).toBe(text);
  });

  test("Enter sends what it found", () => {
    expect(type(`${SEARCH}dep\r`, sent).actions).toEqual([{ type: "send", text: "deploy two" }]);
  });

  test("Esc keeps it, Ctrl-C takes back what was written", () => {
    const kept = type(`draft${SEARCH}dep\u001b`, sent);
    expect([kept.editor.text, kept.search, kept.actions]).toEqual(["deploy two", undefined, []]);
    expect(type(`draft${SEARCH}dep\u0003`, sent).editor.text).toBe("draft");
  });

  test("says what it looks for", () => {
    expect(searchHint(type(`${SEARCH}dep`, sent))).toStartWith('search: "dep"');
    expect(searchHint(type(`${SEARCH}zz`, sent))).toStartWith('no sent line holds "zz"');
    expect(searchHint(type("zz", sent))).toBe("");
  });
});

describe("up and down", () => {
  const text = "\u001b[200~first line\nab\nthird line\u001b[201~";

  test("go from line to line first, and into the history at the edge", () => {
    // The short line in between moves the cursor to the left.
    expect(type(`${text}${UP}${UP}X`).editor.text).toBe("fiXrst line\nab\nthird line");
    expect(type(`${text}${UP}${UP}${UP}`, sent).editor.text).toBe("other");
  });

  test("down goes back to the last line", () => {
    expect(type(`${text}${UP}${DOWN}X`).editor.text).toBe("first line\nab\nthXird line");
    expect(type(`${text}${DOWN}X`).editor.text).toBe("first line\nab\nthird lineX");
  });
});

describe("keys that are for the room", () => {
  test.each([
    ["\u001b", "stop"],
    ["\u0003", "interrupt"],
    ["\u001a", "suspend"],
    ["\t", "complete"],
    ["\u0007", "external-editor"],
  ] as const)("%j asks for %s", (keys, action) => {
    expect(type(keys).actions).toEqual([{ type: action }]);
  });
});

describe("completion", () => {
  const names = { commands: ["help", "mode", "model"], personas: ["agent", "python"] };
  const wanted = (text: string) => completionSource(withText(newComposer().editor, text), names);
  const completed = (text: string) => {
    const asked = wanted(text);
    const editor = withText(newComposer().editor, text);
    return complete(editor, asked.kind === "names" ? asked.candidates : []);
  };

  test("a single candidate is written whole", () => {
    expect(completed("/he").editor.text).toBe("/help ");
    expect(completed("ask @@py").editor.text).toBe("ask @@python ");
  });

  test("of several what they have in common, with all of them beside it", () => {
    const { editor, hint } = completed("/m");
    expect([editor.text, hint]).toEqual(["/mode", "/mode  /model"]);
  });

  test("nothing begins like that: nothing changes", () => {
    expect(completed("/xy")).toMatchObject({
      editor: { text: "/xy" },
      hint: "nothing begins with /xy",
    });
    expect(completed("say /he").editor.text).toBe("say /he");
    expect(completed("").hint).toBe("");
  });

  test("a word behind one @ is a file", () => {
    expect(wanted("see @docs/a")).toEqual({ kind: "files", prefix: "docs/a" });
  });

  test("a folder goes on, a long list is cut", () => {
    const editor = withText(newComposer().editor, "@d");
    expect(complete(editor, ["@docs/"]).editor.text).toBe("@docs/");
    const many = Array.from({ length: 20 }, (_, index) => `@d${index}`);
    expect(complete(editor, many).hint).toEndWith("… 8 more");
  });
});
