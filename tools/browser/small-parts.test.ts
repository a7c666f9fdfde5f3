import { describe, expect, test } from "bun:test";
import { NetworkRefused } from "#platform/net/refusal.ts";
import { keyOf } from "./keys.ts";
import { Notes, unreachedNote } from "./notes.ts";
import { pageAddress, spelledOut } from "./page-address.ts";
import { RefBook } from "./ref-book.ts";

describe("an address", () => {
  test.each([
    ["https://example.org/a?b#c", "https://example.org/a?b#c"],
    ["  HTTPS://Example.ORG ", "https://example.org/"],
    ["example.org/a", "https://example.org/a"],
    ["example.org", "https://example.org/"],
  ])("%s is opened as %s", (written, opened) => {
    expect(pageAddress(written).href).toBe(opened);
    expect(spelledOut(written)).toBe(opened);
  });

  test.each([
    ...["http://example.org/", "file:///etc/passwd", "data:text/html,<p>x", "chrome://settings"],
    ...["view-source:https://example.org/", "javascript:alert(1)", "about:blank", "ftp://x.org/"],
    ...["https://user:pass@example.org/", "https://example.org:8443/", "blob:https://x.org/1"],
    ...["chrome-extension://abc/x.html", "devtools://x/", "", "words alone", "https://"],
    ...["filesystem:https://example.org/x", "ws://example.org/", "//example.org/", "/etc/passwd"],
  ])("%s is not opened, and is judged as it was written", (written) => {
    expect(() => pageAddress(written)).toThrow(NetworkRefused);
    expect(spelledOut(written)).toBe(written);
  });
});

describe("a name", () => {
  const target = { element: 7, role: "button", name: "Go", session: "s", frame: "f" };

  test("stays with its element, and is never given twice", () => {
    const book = new RefBook();
    expect([book.refOf(target), book.refOf({ ...target, name: "Went" })]).toEqual(["e1", "e1"]);
    expect(book.target("e1")?.name).toBe("Went");
    expect(book.refOf({ ...target, session: "other" })).toBe("e2");
    book.clear();
    expect(book.target("e1")).toBeUndefined();
    expect(book.refOf(target)).toBe("e3");
  });

  test("of rows lasts until the next reading", () => {
    const book = new RefBook();
    expect(book.moreOf({ from: 3, to: 9 })).toBe("m1");
    expect(book.range("m1")).toEqual({ from: 3, to: 9 });
    book.beginReading();
    expect(book.range("m1")).toBeUndefined();
    expect(book.moreOf({ from: 0, to: 1 })).toBe("m2");
  });

  test("of a field for passwords is remembered as such", () => {
    const book = new RefBook();
    book.markSecret({ session: "s", element: 7 });
    expect([book.isSecret(target), book.isSecret({ ...target, element: 8 })]).toEqual([
      true,
      false,
    ]);
  });
});

test("keys are known by several names, and every character is one", () => {
  expect(keyOf("enter")).toMatchObject({ key: "Enter", text: "\r" });
  expect(keyOf("Esc")).toMatchObject({ key: "Escape", windowsVirtualKeyCode: 27 });
  expect(keyOf("down")?.key).toBe("ArrowDown");
  expect(keyOf("Space")?.text).toBe(" ");
  expect(keyOf("ä")?.text).toBe("ä");
  expect([keyOf("Hyper"), keyOf(""), keyOf("constructor")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("what happened around an action is told in a few rows, once", () => {
  const notes = new Notes();
  for (let at = 0; at < 500; at += 1) {
    notes.dialog("alert", `line\n${"x".repeat(1000)}`, true);
    notes.popupClosed();
    notes.download("../../evil\u0085.exe");
    notes.upload();
    notes.refused({ kind: "host", what: `${at}.evil.test` });
    notes.refused({ kind: "sends", what: "good.test" });
    notes.add("once");
  }
  notes.refused({ kind: "scheme", what: "http://x.test" });
  const rows = notes.take();
  expect(rows.join("\n").length).toBeLessThan(2000);
  expect(rows).toContain("500 windows that the page opened were closed.");
  expect(rows).toContain("498 more dialogs were dismissed.");
  expect(rows).toContain("The download of ../../evil .exe was refused.");
  expect(rows).toContain(
    'Stopped, because it would send something: good.test (500 times). "submit": true asks the user.',
  );
  expect(rows).toContain("Refused, because only https: is opened: http://x.test.");
  expect(rows.filter((row) => row.includes("\n"))).toEqual([]);
  expect(notes.take()).toEqual([]);
});

describe("what the proxy tells of a host", () => {
  const admits = (host: string): boolean => host === "shop.example";
  const event = { host: "shop.example", port: 443, why: "ECONNREFUSED" } as const;

  test("is told where the host was not reached, or nothing more may be fetched", () => {
    expect(unreachedNote({ ...event, kind: "refused" }, admits)).toBe(
      "shop.example was not reached: ECONNREFUSED",
    );
    expect(unreachedNote({ ...event, kind: "cut" }, admits)).toContain("was not reached");
  });

  test("is not told of a connection that was open and ended: what a page needs, it asks for once more", () => {
    expect(unreachedNote({ ...event, kind: "broken" }, admits)).toBeUndefined();
    expect(unreachedNote({ ...event, kind: "opened" }, admits)).toBeUndefined();
  });

  test("is not told of a host that pages may not ask: it is Chromium that asks for it", () => {
    const own = { ...event, host: "update.example", kind: "refused" } as const;
    expect(unreachedNote(own, admits)).toBeUndefined();
  });
});
