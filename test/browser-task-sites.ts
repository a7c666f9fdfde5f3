/** The sites of the tasks for the browser. */
import { pages } from "./browser-site.ts";
import type { Answer } from "./web-server.ts";

export const TASK_HOST = "tasks.test";

/** Makes a page of what was sent to it. */
type Post = (path: string, page: (body: URLSearchParams) => string) => Answer;

/** The sites of the tasks. @param sent takes what is sent to them */
export function taskSites(sent: string[]): Answer {
  const post: Post = (path, page) => async (request, response) => {
    const body = request.method === "POST" ? await new Response(request).text() : "";
    if (request.method === "POST") sent.push(`${path} ${body}`);
    const form = new URLSearchParams(body);
    if (form.get("user") === "ada") response.setHeader("set-cookie", "in=1; Secure; HttpOnly");
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html>${page(form)}`);
  };
  const found = Object.entries({ ...PAGES, ...ANSWERS, ...shop(post), ...others(post) });
  return pages(Object.fromEntries(found.map(([path, page]) => [`${TASK_HOST}${path}`, page])));
}

const PARAGRAPHS = Array.from({ length: 400 }, (_, at) => `<p>Paragraph ${at} about nothing much.`);

const PAGES: Readonly<Record<string, string>> = {
  "/story/1": "<p>Once there was a newt.<p><a href=/story/2>Next</a>",
  "/story/2": "<p>It swam a long way,<p><a href=/story/3>Next</a>",
  "/story/3": "<p>and they all said halibut.",
  "/prices":
    "<table><tr><th>Spice<th>Price<tr><td>Pepper<td>18<tr><td>Saffron<td>2,940<tr><td>Salt<td>1</table>",
  "/cookies": `<button onclick="this.insertAdjacentHTML('afterend','<p>The code is 5512.')">Show the code</button><dialog id=d aria-label=Cookies>We like cookies. <button onclick="d.close()">Only what is needed</button></dialog><script>d.showModal()</script>`,
  "/alert": "<h1>Shop</h1><script>alert('The shop closes at five')</script>",
  "/weather": `<label>City <select onchange="out.textContent=this.value"><option>Choose<option value="Graz: hail">Graz<option value="Linz: fog">Linz</select></label><p id=out>`,
  "/tabs": `<div role=tablist><button role=tab aria-selected=true>About</button><button role=tab onclick="panel.textContent='Open from 9 to 12'">Hours</button></div><div role=tabpanel id=panel>We sell newts</div>`,
  "/questions":
    "<details><summary>Do you ship newts?</summary>No.</details><details><summary>How long is the warranty?</summary>Thirty months.</details>",
  "/window": "<h1>The shop</h1><a href=/terms target=_blank>Terms</a>",
  "/terms": "<p>Returns are taken for 14 days.",
  "/frame": "<h1>Outside</h1><iframe title=draw src=/inner></iframe>",
  "/inner": `<button onclick="document.body.append('Your number is 88')">Draw a number</button>`,
  "/wizard": `${field("/wizard/2", "City", "city")}<button>Continue</button></form>`,
  "/more": `<ul id=list><li>Anna<li>Bert</ul><button onclick="fetch('/names?'+list.children.length).then(r=>r.text()).then(t=>list.insertAdjacentHTML('beforeend',t))">Load more</button>`,
  "/long": `${PARAGRAPHS.slice(0, 300).join("")}<p>the password is marmalade${PARAGRAPHS.slice(300).join("")}`,
};

const ANSWERS: Readonly<Record<string, Answer>> = {
  "/account": (request, response) => {
    const isIn = request.headers.cookie?.includes("in=1") === true;
    response
      .setHeader("content-type", "text/html")
      .end(isIn ? "<p>Plan: Gardener" : "<p>Log in first");
  },
  "/search": (request, response) => {
    const word = new URL(request.url ?? "", "https://x").searchParams.get("q");
    const page = "<form action=/search><label>Search <input type=search name=q></label></form>";
    const text = word === null ? page : `<p>3 results for ${word.replace(/\W/g, "")}`;
    response.setHeader("content-type", "text/html").end(text);
  },
  "/names": (request, response) => {
    const from = Number((request.url ?? "").split("?")[1]);
    const names = ["Anna", "Bert", "Clara", "Dora", "Erika", "Franz"].slice(from, from + 2);
    response.end(names.map((name) => `<li>${name}`).join(""));
  },
};

function shop(post: Post): Readonly<Record<string, Answer>> {
  return {
    "/login": post("/login", (form) =>
      form.get("password") === "lovelace"
        ? "<h1>Hello ada</h1><p>7 messages are waiting"
        : field("/login", "User", "user") +
          "<label>Password <input type=password name=password></label><button>Sign in</button></form>",
    ),
    "/order": post("/order", (form) =>
      form.has("name")
        ? "<h1>Thank you, order 4711</h1>"
        : `${field("/order", "Name", "name")}<label>Size <select name=size><option value=s>Small<option value=l>Large</select></label><label><input type=checkbox name=wrapped>Wrapped</label><label>Note <textarea name=note></textarea></label><button>Order</button></form>`,
    ),
    "/items": post(
      "/items",
      () =>
        `<ul><li>Chair<li>Lamp <button onclick="if (confirm('Delete it?')) fetch('/items/delete',{method:'POST',body:'id=lamp'}).then(() => document.body.append('Lamp was deleted'))">Delete Lamp</button></ul>`,
    ),
    "/items/delete": post("/items/delete", () => "ok"),
  };
}

function others(post: Post): Readonly<Record<string, Answer>> {
  return {
    "/wizard/2": post(
      "/wizard/2",
      (form) =>
        `${hidden("/wizard/3", form)}<label><input type=radio name=by value=car>By car</label><label><input type=radio name=by value=bicycle>By bicycle</label><button>Continue</button></form>`,
    ),
    "/wizard/3": post(
      "/wizard/3",
      (form) => `${hidden("/wizard/4", form)}<button>Confirm</button></form>`,
    ),
    "/wizard/4": post("/wizard/4", (form) => `<p>Done: ${form.get("city")} by ${form.get("by")}`),
    "/date": post("/date", (form) =>
      form.has("day")
        ? `<p>Booked for ${form.get("day")}`
        : "<form method=post action=/date><label>Day <input type=date name=day></label><button>Book</button></form>",
    ),
    "/age": post("/age", (form) => {
      const age = form.get("age");
      const isNumber = /^\d+$/.test(age ?? "");
      if (isNumber) return `<p>Saved: ${age}`;
      const wrong = age === null ? "" : "<p role=alert>Write a number.";
      return `${wrong}${field("/age", "Age", "age")}<button>Save</button></form>`;
    }),
    "/editor": post(
      "/editor",
      () =>
        `<div contenteditable role=textbox aria-label=Letter id=letter></div><button onclick="fetch('/editor',{method:'POST',body:letter.textContent}).then(()=>document.body.append('Kept: '+letter.textContent))">Save</button>`,
    ),
  };
}

/** The beginning of a form, with its first field. */
function field(action: string, label: string, name: string): string {
  return `<form method=post action=${action}><label>${label} <input name=${name}></label>`;
}

/** A form that takes along what was sent before. */
function hidden(action: string, form: URLSearchParams): string {
  const kept = [...form].map(
    ([name, value]) => `<input type=hidden name=${name} value="${value.replace(/[^\w ]/g, "")}">`,
  );
  return `<form method=post action=${action}>${kept.join("")}`;
}
