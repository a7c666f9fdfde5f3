import { expect, spyOn, test } from "bun:test";
import fc from "fast-check";
import { decodeEntities } from "./html-entities.ts";
import { readHtml } from "./html-text.ts";

const read = async (html: string): Promise<string> =>
  (await readHtml(html, "https://page.example/dir/")).text;

test("a page reads as a person sees it", async () => {
  const { title, text } = await readHtml(
    `<!doctype html><html><head><title>News &amp;
       more</title><style>p{}</style><script>if (a < b) alert("x")</script></head>
     <body><nav><a href="/">Home</a></nav>
     <h1>One <i>thing</i></h1><p>First   line<br>second
     line.<p>See <a href="next.html?a=1&amp;b=2"> the <b>next</b> page </a>.
     <ul><li>one<li>two<ol><li>three</ol></ul>after
     <table><tr><th>a<th>b<tr><td>1</td><td>2</td></table>
     <pre>if x:
    y &gt; z</pre>end <img src=x alt="a cat"></body></html>`,
    "https://page.example/dir/",
  );
  expect(title).toBe("News & more");
  expect(text).toMatchInlineSnapshot(`
    "[Home](https://page.example/)

    # One thing

    First line
    second line.

    See [the next page](https://page.example/dir/next.html?a=1&b=2) .

    - one
    - two

    - three

    after

    a | b
    1 | 2

    if x:
        y > z

    end [image: a cat]"
  `);
});

test.each([
  ["<p>a</p>b", "a\n\nb"],
  ["a<b>b</b>c", "abc"],
  ["a <b> b </b> c", "a b c"],
  ["<div><div><div>a</div></div></div><div>b</div>", "a\n\nb"],
  ["<x-card>a</x-card><x-card>b</x-card>", "a\n\nb"],
  ["<td>1<td>2", "1 | 2"],
  ["<b>unclosed", "unclosed"],
  ["<textarea>a\n <b></textarea>", "a\n <b>"],
  ["", ""],
  ["   \n ", ""],
  ["plain", "plain"],
])("%j gives %j", async (html, text) => {
  expect(await read(html)).toBe(text);
});

test("links are whole, and those that lead nowhere are plain words", async () => {
  expect(await read('<a href="/x">a</a>')).toBe("[a](https://page.example/x)");
  expect(await read('<a href="//other.example">a</a>')).toBe("[a](https://other.example/)");
  for (const href of [
    "javascript:alert(1)",
    "data:text/html,x",
    "mailto:a@b",
    "#top",
    "http://[",
  ]) {
    expect(await read(`<a href="${href}">a</a>`)).toBe("a");
  }
  expect(await read(`<a href="/${"x".repeat(400)}">a</a>`)).toBe("a");
  expect(await read('<a href="/x"><img src=y></a>b')).toBe("b");
});

test("what people do not see is not read", async () => {
  const unseen = [
    "<script>x</script>",
    "<style>x</style>",
    "<noscript>x</noscript>",
    "<template><p>x</p></template>",
    "<svg><text>x</text><title>x</title></svg>",
    "<!-- x -->",
    "<div hidden>x</div>",
    '<div style="color: red; DISPLAY : none">x <b>x</b></div>',
    '<span style="visibility:hidden">x</span>',
    '<span style="opacity:0">x</span>',
    '<span style="opacity: 0.0">x</span>',
    '<p style="font-size:0px">x</p>',
    '<p aria-hidden="true">x</p>',
    "<select><option>x</select>",
  ];
  for (const html of unseen) {
    expect([html, await readHtml(`${html}y`, "https://page.example/")]).toEqual([
      html,
      { title: "", text: "y" },
    ]);
  }
  expect(await read('<span style="opacity:0.9">y</span>')).toBe("y");
});

test("characters by name and by number", async () => {
  expect(decodeEntities("&lt;&auml;&Ccedil;&scaron;&#228;&#xE4;&#x1F600;&hellip;")).toBe(
    "<äÇšää😀…",
  );
  expect(decodeEntities("&#0;&#xD800;&#x110000;&#99999999;")).toBe("\ufffd\ufffd\ufffd\ufffd");
  expect(decodeEntities("&amp;lt; &bogus; &; &#; &#x; &#1a; AT&T R&D")).toBe(
    "&lt; &bogus; &; &#; &#x; &#1a; AT&T R&D",
  );
});

test("never throws, and never lets a tag through as one, whatever it is given", async () => {
  const piece = fc.constantFrom(
    ..."<p> </p> <a href=x> </a> <pre> </pre> <script> </script> <b hidden> </b> <td> <!-- --> <![CDATA[ ]]> & &lt; word < >".split(
      " ",
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
      expect(typeof (await read(pieces.join("")))).toBe("string");
    }),
  );
});

test("only the first million characters are read", async () => {
  expect(await read(`${"a ".repeat(500_000)}end`)).not.toContain("end");
});

test("a page in pieces reads as it does whole, wherever a character is cut, and everything else has its turn", async () => {
  const page = `<p>é漢👩‍🔬 <a href="/ü">lïnk</a>&auml;</p><pre>a\n  b</pre>`;
  const many = 3000;
  // A clock on which every piece is slow.
  let now = 0;
  using _clock = spyOn(performance, "now").mockImplementation(() => (now += 1000));
  let [turns, isDone] = [0, false];
  const reading = readHtml(page.repeat(many), "https://page.example/").finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    turns += 1;
  }
  const one = (await readHtml(page, "https://page.example/")).text;
  expect((await reading).text).toBe(Array.from({ length: many }, () => one).join("\n\n"));
  expect(turns).toBeGreaterThan(10);
});
