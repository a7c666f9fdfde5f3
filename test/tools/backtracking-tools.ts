/** Tools that are right on their cases, and whose patterns backtrack without end on texts that their schema allows. */
import { PYTHON_SOURCE, type Recipe, SOURCE } from "./recipe.ts";

type Variant = readonly [name: string, recipe: Recipe];

/** TypeScript: what stands at the top of the module, and a condition on `title` that changes no case. */
function typescript(name: string, condition: string, top = ""): Variant {
  return [
    name,
    {
      source: SOURCE.replace("export async function", `${top}\n\nexport async function`).replace(
        "  const words",
        `  if (${condition}) return { slug: "odd", words: 1 };\n  const words`,
      ),
    },
  ];
}

function python(name: string, condition: string, top = ""): Variant {
  return [
    `${name}, in Python`,
    {
      spec: { language: "python" },
      source: PYTHON_SOURCE.replace("def run(args, ctx)", `${top}\n\n\ndef run(args, ctx)`).replace(
        "    words",
        `    title = args["title"]\n    if ${condition}:\n        return {"slug": "odd", "words": 1}\n    words`,
      ),
    },
  ];
}

/** The first half was looked at while the check was written. */
export const BACKTRACKING: readonly Variant[] = [
  typescript("nested quantifiers", "/^(z+)+$/.test(title)"),
  typescript("words and blanks", "/^(\\w+\\s?)*;;$/.test(title)"),
  typescript("overlapping choices", "/^(?:x|xy|y)*=$/.test(title)"),
  typescript("a class beside one of its letters", "/^(?:[a-f]|e)+@$/.test(title)"),
  typescript("a beginning that has to be there", "/<img src='(?:[^'>]|[^'<])*'q>/.test(title)"),
  typescript("a chain of blanks", "/^\\s*-?\\s*-?\\s*-?\\s*-?\\s*%$/.test(title)"),
  typescript(
    "a pattern that is put together",
    "EVIL.test(title)",
    'const PART = ["[a", "z]"].join("-");\nconst EVIL = new RegExp("^(" + PART + "+)" + "*#$");',
  ),
  typescript("a backreference", "/^(q*)\\1*\\1*\\1*~$/.test(title)"),
  typescript("a lookahead", "/^(?=(?:[0-9]+)+k)/.test(title)"),
  typescript("a comma-separated list", "/^(?:\\s*\\w+\\s*,?\\s*)+;$/.test(title)"),
  typescript("a text as a pattern", 'title.search("^([!?]|[?])+x$") === 0'),
  python("nested quantifiers", 're.match(r"^(z+)+$", title)'),
  python("a named group", 're.match(r"(?P<part>[_a]+)+=", title)'),
  python(
    "a pattern that is put together",
    "EVIL.match(title)",
    'EVIL = re.compile("(%s|%s)*:$" % ("b", "[a-c]+"))',
  ),
  python(
    "a pattern over several lines",
    "EVIL.match(title)",
    'EVIL = re.compile(r"""\n  (?: k+ # one\n    | [kl] )+ $\n""", re.X)',
  ),
];

/** The second half was kept aside until then. */
export const BACKTRACKING_KEPT: readonly Variant[] = [
  typescript("three loops in each other", "/^(?:(?:v+)*w*)*0$/.test(title)"),
  typescript("optional pieces", "/^(?:g?h?g?)*i$/.test(title)"),
  typescript("a long beginning", "/^version: (?:\\d|\\d\\d)+\\.beta$/.test(title)"),
  typescript("letters of any case", "/^(?:[A-Z]+[a-z]*)+&$/i.test(title)"),
  typescript("a Unicode property", "/^(?:\\p{L}|\\p{Ll})+1$/u.test(title)"),
  typescript("five wildcards", "/u.*u.*u.*u.*u.*\\n/.test(title)"),
  typescript(
    "a pattern made from codes",
    "new RegExp(String.fromCharCode(94, 40, 109, 43, 41, 43, 36)).test(title)",
  ),
  typescript("parts of e-mail addresses", "/^(?:[\\w.-]+)+@(?:[\\w-]+\\.)+$/.test(title)"),
  typescript("letters after a change of case", "/^(?:[A-K]+)+!$/.test(title.toUpperCase())"),
  typescript("numbers with points", "/^\\d+\\d*\\.?\\d*\\d*\\d*,$/.test(title)"),
  typescript(
    "a pattern that only long texts meet",
    "title.length > 20 && /^(?:n|nn|nnn)*o$/.test(title)",
  ),
  python("blanks around signs", 're.search(r"(\\s|\\s\\s)*[|]\\Z", title)'),
  python("counted pieces", 're.match(r"(?:[rs]{1,9}){1,99}t", title)'),
  python(
    "a pattern of a function",
    "any(re.fullmatch(each, title) for each in patterns())",
    'def patterns():\n    for letter in "pq":\n        yield "(" + letter + "|" + letter * 2 + ")+y"',
  ),
  python(
    "a backreference by its name",
    're.match(r"(?P<one>j*)(?P=one)*(?P=one)*(?P=one)*u", title)',
  ),
];
