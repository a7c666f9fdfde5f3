/** The characters that pages write by name or number. */

// Those that are met in text; any other name stays as it is written, which a reader understands too.
const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    nbsp: "\u00a0",
    iexcl: "¡",
    cent: "¢",
    pound: "£",
    yen: "¥",
    sect: "§",
    uml: "¨",
    copy: "©",
    laquo: "«",
    not: "¬",
    reg: "®",
    deg: "°",
    plusmn: "±",
    sup2: "²",
    sup3: "³",
    acute: "´",
    micro: "µ",
    para: "¶",
    middot: "·",
    raquo: "»",
    frac12: "½",
    frac14: "¼",
    iquest: "¿",
    times: "×",
    divide: "÷",
    szlig: "ß",
    ndash: "–",
    mdash: "—",
    lsquo: "‘",
    rsquo: "’",
    sbquo: "‚",
    ldquo: "“",
    rdquo: "”",
    bdquo: "„",
    dagger: "†",
    bull: "•",
    hellip: "…",
    permil: "‰",
    prime: "′",
    lsaquo: "‹",
    rsaquo: "›",
    euro: "€",
    trade: "™",
    larr: "←",
    uarr: "↑",
    rarr: "→",
    darr: "↓",
    harr: "↔",
    minus: "−",
    infin: "∞",
    ne: "≠",
    le: "≤",
    ge: "≥",
    alpha: "α",
    beta: "β",
    gamma: "γ",
    delta: "δ",
    lambda: "λ",
    mu: "μ",
    pi: "π",
    sigma: "σ",
    omega: "ω",
  }),
);

// "auml" is "a" with the accent "uml": a letter and a combining mark make the whole family.
const ACCENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    grave: "\u0300",
    acute: "\u0301",
    circ: "\u0302",
    tilde: "\u0303",
    uml: "\u0308",
    ring: "\u030a",
    cedil: "\u0327",
    caron: "\u030c",
  }),
);

/** Replaces character references; what is none stays as it is. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(x?)([0-9a-f]{1,8})|([a-z][a-z0-9]{1,11}));/gi, (...match) => {
    const [whole, hexadecimal, digits, name] = match.map(String);
    if (name !== undefined && match[3] !== undefined) return byName(name) ?? whole ?? "";
    const isHexadecimal = hexadecimal !== "";
    if (!isHexadecimal && !/^\d+$/.test(digits ?? "")) return whole ?? "";
    return byNumber(Number.parseInt(digits ?? "", isHexadecimal ? 16 : 10));
  });
}

function byName(name: string): string | undefined {
  const named = NAMED.get(name);
  if (named !== undefined) return named;
  const accent = ACCENTS.get(name.slice(1));
  return accent === undefined ? undefined : `${name[0]}${accent}`.normalize("NFC");
}

function byNumber(code: number): string {
  const isCharacter = code > 0 && code <= 0x10_ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : "\ufffd";
}
