import { describe, expect, test } from "bun:test";
import { type Html, html } from "./html.ts";
import {
  badge,
  clock,
  commandLine,
  emptyNote,
  facts,
  moment,
  pager,
  postForm,
  section,
  table,
} from "./parts.ts";

const text = async (made: Html): Promise<string> => String(await made);
const HOSTILE = `"><script>alert(1)</script>\u202e\u0007`;

describe("a template", () => {
  test("escapes texts, in attributes and beside them, and shows what turns the direction", async () => {
    const made = await text(html`<a title="${HOSTILE}">${[HOSTILE, html`<b>ours</b>`]}</a>`);
    expect(made).not.toContain("<script>");
    for (const hidden of ["\u202e", "\u0007"]) expect(made).not.toContain(hidden);
    expect(made).toContain("<b>ours</b>");
  });

  test("leaves out what is not there", async () => {
    expect(await text(html`<p>${undefined}${false}${0}</p>`)).toBe("<p>0</p>");
  });
});

test("a form carries the hidden field of its session", async () => {
  const form = await text(
    postForm({ csrf: "c5rf" }, { to: "/ui/x", fields: "", hidden: { id: HOSTILE } }),
  );
  expect(form).toContain('<input type="hidden" name="csrf" value="c5rf">');
  expect(form).toContain('method="post" action="/ui/x" class="inline"');
  expect(form).not.toContain("<script>");
});

test("a table names its rows and columns, and says where there is none", async () => {
  const columns = [
    { title: "Name", cell: (row: string) => row },
    { title: "Length", kind: "number", cell: (row: string) => row.length },
  ] as const;
  const made = await text(table({ caption: "Words", columns, rows: ["one"], empty: "None." }));
  expect(made).toMatch(/<th [^>]*scope="row" class="cell"[^>]*>one<\/th>/);
  // Where a phone shows each row as a block, a value stands behind the name of its column.
  expect(made).toMatch(/<td [^>]*class="number" data-title="Length">3<\/td>/);
  const none = await text(
    table({
      caption: "W",
      columns: [...columns, { title: "X", cell: () => "–" }],
      rows: ["a"],
      empty: "",
    }),
  );
  expect(none).toMatch(/<td [^>]*class="cell none" data-title="X">–<\/td>/);
  expect(made).toContain('aria-label="Words"');
  expect(await text(table({ caption: "Words", columns, rows: [], empty: "None." }))).toBe(
    await text(emptyNote("None.")),
  );
});

test("a pager shows only what there is", async () => {
  expect(await text(pager({ about: "rooms" }))).toBe("");
  const both = await text(pager({ about: "rooms", older: "/a", newer: "/b" }));
  expect(both).toMatch(/href="\/a">← Older.*href="\/b">Newer/s);
});

test("a moment says the day where it is not today", () => {
  const noon = new Date(2026, 10, 24, 12, 0, 5).getTime();
  expect(clock(noon, noon + 1000)).toBe("12:00:05");
  expect(clock(noon, noon + 86_400_000)).toBe("2026-11-24 12:00");
});

test("smaller parts say what they are given", async () => {
  const all = html`${badge("ready", "good")}${facts([["Mode", "group"]])}${commandLine("org jobs")}
${section("Two words", "body")}${moment(0)}`;
  expect(await text(all)).toMatch(
    /badge good">ready.*<dt>Mode<\/dt><dd>group.*<code>org jobs.*id="s-two-words".*1970-01-01T00/s,
  );
});
