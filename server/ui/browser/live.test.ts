import { beforeEach, describe, expect, setSystemTime, test } from "bun:test";
import { ElementDouble, PageDouble, type SourceDouble } from "#test/page-double.ts";
import { until } from "#test/until.ts";
import { startLive } from "./live.ts";

let page: PageDouble;
const at = (id: string): ElementDouble => {
  const found = page.body.querySelector(id);
  if (found === null) throw new Error(`There is no ${id}`);
  return found;
};
const source = (): SourceDouble => {
  const last = page.sources.at(-1);
  if (last === undefined) throw new Error("Nothing is followed");
  return last;
};
const row = (seq: number) => ["li", { id: `e${seq}` }, `row ${seq}`];

beforeEach(() => {
  page = new PageDouble();
  page.body.setAttribute("data-stream", "/ui/rooms/r/stream?from=7");
  const form = new ElementDouble("form", { action: "http://h/ui/rooms/r/say" });
  form.append(
    new ElementDouble("textarea", { id: "text", name: "text" }),
    new ElementDouble("input", { name: "line" }),
  );
  const log = new ElementDouble("div", { id: "log" });
  log.append(new ElementDouble("ol", { id: "rows" }), new ElementDouble("div", { id: "turns" }));
  const ids = ["live", "hint", "approvals"].map((id) => new ElementDouble("div", { id }));
  const flashes = new ElementDouble("div", { class: "flashes" });
  const older = new ElementDouble("a", { id: "older", hidden: "", href: "x" });
  const newer = new ElementDouble("a", { id: "newer", hidden: "", href: "x" });
  page.body.append(flashes, older, log, newer, form, ...ids);
  startLive(page.window);
});

describe("the stream", () => {
  test("is followed from where the page ends, and says so", () => {
    expect(source().url).toBe("/ui/rooms/r/stream?from=7");
    source().bring("open");
    expect([at("#live").textContent, at("#live").className]).toEqual(["live", "badge good"]);
    source().bring("error");
    expect(at("#live").textContent).toBe("connecting …");
  });

  test("is drawn a frame at a time, with text as text", () => {
    for (const seq of [8, 9]) source().bring("row", { node: row(seq) }, `${seq}`);
    expect(at("#rows").children).toHaveLength(0);
    page.frame();
    expect(at("#rows").textContent).toBe("row 8row 9");
  });

  test("keeps 300 rows for a reader at the end, and leads to those that are gone", () => {
    for (let seq = 8; seq < 408; seq += 1) source().bring("row", { node: row(seq) }, `${seq}`);
    page.frame();
    expect(at("#rows").children).toHaveLength(300);
    expect(at("#older").attributes).toEqual({ id: "older", href: "?before=108" });
  });

  describe("for a reader who looks at older rows", () => {
    const read = (place: object): void => void Object.assign(at("#log"), place);
    beforeEach(() => {
      read({ scrollHeight: 5000, clientHeight: 500, scrollTop: 100 });
      for (let seq = 8; seq < 408; seq += 1) source().bring("row", { node: row(seq) }, `${seq}`);
      page.frame();
    });

    test("takes nothing away, and keeps back what is beyond 300 rows", () => {
      expect([at("#rows").children.length, at("#log").scrollTop]).toEqual([300, 100]);
      expect(at("#rows").children.at(-1)?.id).toBe("e307");
      expect(at("#newer").attributes["hidden"]).toBeUndefined();
    });

    test("goes on behind the last row that is there once the reader comes to the end", () => {
      read({ scrollTop: 3000 });
      at("#log").tell("scroll");
      expect(page.sources).toHaveLength(1);
      read({ scrollTop: 4450 });
      at("#log").tell("scroll");
      expect([page.sources.length, source().url]).toEqual([2, "/ui/rooms/r/stream?from=307"]);
      expect(at("#newer").attributes["hidden"]).toBe("");
      source().bring("row", { node: row(308) }, "308");
      page.frame();
      expect(at("#rows").children.at(-1)?.id).toBe("e308");
    });
  });

  test("is left while no user looks, and goes on behind the last row", () => {
    source().bring("row", { node: row(12) }, "12");
    page.hidden = true;
    page.tell("visibilitychange");
    expect(source().readyState).toBe(2);
    page.hidden = false;
    page.tell("visibilitychange");
    expect([page.sources.length, source().url]).toEqual([2, "/ui/rooms/r/stream?from=12"]);
  });

  test("begins anew where a reader was away for long", () => {
    source().bring("row", { node: row(8) }, "8");
    source().bring("anew");
    source().bring("row", { node: row(900) }, "900");
    page.frame();
    expect(at("#rows").textContent).toBe("row 900");
  });

  test("that the server refuses or ends is not asked for again", () => {
    source().bring("end");
    expect(at("#live").textContent).toStartWith("The session has ended");
    page.tell("visibilitychange");
    expect(page.sources).toHaveLength(1);
  });

  test("that a browser gives up is over, too", () => {
    source().close();
    source().bring("error");
    expect(at("#live").className).toBe("badge bad");
  });
});

describe("what is being written", () => {
  const place = ["div", {}, ["div", { id: "t-1" }, ["p", { "data-text": "1" }, "Half "]]];

  test("grows where it belongs, and nothing is added twice", () => {
    source().bring("part", { name: "turns", node: place });
    source().bring("text", { turn: "1", at: 5, text: "and more" });
    source().bring("text", { turn: "1", at: 2, text: "lf" });
    source().bring("text", { turn: "unknown", at: 0, text: "x" });
    page.frame();
    expect(at("#turns").textContent).toBe("Half and more");
    source().bring("text", { turn: "1", at: 0, text: "" });
    page.frame();
    expect(at("#turns").textContent).toBe("");
  });

  test("a reader who stands on a button that goes is led to the room, else stays on it", () => {
    const button = ["div", {}, ["button", { id: "approve-A1" }, "Allow"]];
    source().bring("part", { name: "approvals", node: button });
    page.frame();
    page.active = at("#approve-A1");
    source().bring("part", { name: "approvals", node: button });
    page.frame();
    expect(at("#approve-A1").focused).toBe(1);
    page.active = at("#approve-A1");
    source().bring("part", { name: "approvals", node: ["p", {}, "Nothing"] });
    source().bring("part", { name: "unknown", node: ["p", {}, "Nothing"] });
    page.frame();
    expect(at("#log").focused).toBe(1);
  });
});

describe("a form", () => {
  const submit = () => {
    let isKept = false;
    const preventDefault = (): void => {
      isKept = true;
    };
    page.tell("submit", { target: at("form"), preventDefault });
    return isKept;
  };

  test("is sent without leaving the page; a new line has an id of its own", async () => {
    at("#text").value = "Hello";
    at('[name="line"]').value = "old";
    expect(submit()).toBe(true);
    await until("the field is empty", async () => at("#text").value === "");
    expect(page.sent).toEqual([{ url: "http://h/ui/rooms/r/say", body: "text=Hello&line=old" }]);
    expect(at('[name="line"]').value).toMatch(/^\w{18}$/);
  });

  test("of another page is the browser's", () => {
    at("form").setAttribute("action", "http://h/ui/sign-out");
    expect(submit()).toBe(false);
  });

  test("that is refused says why, and keeps what was typed", async () => {
    page.answer = { status: 400, json: async () => ({ error: { message: "not for a persona" } }) };
    at("#text").value = "/help";
    submit();
    await until("it is said", async () => at(".flashes").textContent === "not for a persona");
    expect(at("#text").value).toBe("/help");
  });

  test("says what was done, what is not known, and that the session is over", async () => {
    page.answer = { status: 200, json: async () => ({ flash: { tone: "good", text: "Done." } }) };
    submit();
    await until("it is said", async () => at(".flashes").textContent === "Done.");
    page.answer = new Error("offline");
    submit();
    await until("it is said", async () => at(".flashes").textContent.includes("not known"));
    page.answer = { status: 401, json: async () => ({}) };
    submit();
    await until("it is said", async () => at("#live").textContent.includes("ended"));
  });

  test("is sent by Ctrl and Enter in its field, and by no other key", () => {
    page.tell("keydown", { key: "Enter", ctrlKey: true });
    page.active = at("#text");
    page.tell("keydown", { key: "Enter" });
    expect(at("form").attributes["submitted"]).toBeUndefined();
    page.tell("keydown", { key: "Enter", ctrlKey: true });
    expect(at("form").attributes["submitted"]).toBe("yes");
  });
});

test("a question says how long it still waits, second by second", () => {
  setSystemTime(1_000_000);
  const timer = ["span", { "data-until": "1090000" }];
  source().bring("part", { name: "approvals", node: ["p", {}, timer] });
  page.frame();
  expect(at("#approvals").textContent).toBe("(1:30 left)");
  setSystemTime(1_084_500);
  page.second();
  expect(at("#approvals").textContent).toBe("(0:06 left)");
  setSystemTime(1_090_000);
  page.second();
  expect(at("#approvals").textContent).toBe("(over)");
  setSystemTime();
});

test("a page without a stream is left alone", () => {
  const other = new PageDouble();
  startLive(other.window);
  expect(other.sources).toHaveLength(0);
});

test("the module is small", async () => {
  const { assets } = await import("../assets.ts");
  expect(Bun.gzipSync((await assets()).live.text).length).toBeLessThan(10 * 1024);
});
