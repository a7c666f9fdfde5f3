/**
 * Which programs a shell script starts, read so conservatively that a reader need not trust bash:
 * plain commands in a row, quoted or not, with redirections. Everything that could start a program in
 * another way, or that shells read differently, is not understood, and the result says so.
 */

export type ShellReading =
  | { readonly understood: true; readonly programs: readonly string[] }
  | { readonly understood: false; readonly why: string };

/** Builtins that start nothing and evaluate nothing: `test`, `printf` and `read` evaluate subscripts. */
const SAFE_BUILTINS: ReadonlySet<string> = new Set([
  ":",
  "cd",
  "echo",
  "exit",
  "false",
  "pwd",
  "true",
]);

// Words that mean something else than the program of that name.
const REFUSED: ReadonlySet<string> = new Set(
  `! . [ [[ alias bg bind builtin caller case command compgen complete compopt coproc declare dirs
  disown do done elif else enable esac eval exec export fc fg fi for function getopts hash help
  history if in jobs kill let local logout mapfile popd printf pushd read readarray readonly return
  select set shift shopt source suspend test then time times trap type typeset ulimit umask unalias
  unset until wait while { }`.split(/\s+/),
);

/** Variables in capitals that change how programs write, not what they do. */
const SAFE_VARIABLES: ReadonlySet<string> = new Set(["LANG", "LC_ALL", "TZ"]);

/** @returns the words in command position, unquoted; builtins that start nothing are omitted. */
export function readShellPrograms(script: string): ShellReading {
  try {
    const programs = commandsOf(new Scanner(script).tokens());
    return { understood: true, programs };
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    return { understood: false, why: error.message };
  }
}

class NotUnderstood extends Error {
  override readonly name = "NotUnderstood";
}

type Token =
  | { readonly kind: "word"; readonly text: string; readonly plain: boolean }
  | { readonly kind: "separator" | "redirection" };

function commandsOf(tokens: readonly Token[]): readonly string[] {
  const programs: string[] = [];
  let expectsCommand = true;
  for (const token of withoutRedirections(tokens)) {
    if (token.kind === "separator") expectsCommand = true;
    if (token.kind !== "word" || !expectsCommand || isAssignment(token)) continue;
    programs.push(...commandOf(token));
    expectsCommand = false;
  }
  return programs;
}

/** A redirection may stand anywhere, before the command too; the word behind it is its target. */
function withoutRedirections(tokens: readonly Token[]): readonly Token[] {
  return tokens.filter((token, index) => {
    if (token.kind === "redirection" && tokens[index + 1]?.kind !== "word") {
      throw new NotUnderstood("a redirection leads nowhere");
    }
    return token.kind !== "redirection" && tokens[index - 1]?.kind !== "redirection";
  });
}

/** `name=value` sets a variable; those in capitals can change what a program does or where it lies. */
function isAssignment({ text }: { readonly text: string }): boolean {
  const [, name] = /^([A-Za-z_][A-Za-z0-9_]*)=/.exec(text) ?? [];
  if (name === undefined) return false;
  if (/^[a-z][a-z0-9_]*$/.test(name) || SAFE_VARIABLES.has(name)) return true;
  throw new NotUnderstood(`it sets the variable ${name.slice(0, 40)}`);
}

function commandOf({ text, plain }: { readonly text: string; readonly plain: boolean }): string[] {
  if (!plain) throw new NotUnderstood("which program it starts is known only when it runs");
  if (REFUSED.has(text)) throw new NotUnderstood(`"${text}" can start other programs`);
  return SAFE_BUILTINS.has(text) ? [] : [text];
}

/** Cuts a script into tokens. */
class Scanner {
  readonly #script: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #word: string | undefined;
  /** Nothing in the word is expanded. */
  #plain = true;
  #quoted = false;

  constructor(script: string) {
    // Shells read other control characters, and NUL above all, each in a way of its own.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(script)) {
      throw new NotUnderstood("it holds a control character");
    }
    this.#script = script;
  }

  tokens(): readonly Token[] {
    while (this.#at < this.#script.length) this.#step(this.#next());
    this.#endWord();
    return this.#tokens;
  }

  #next(): string {
    const character = this.#script[this.#at] ?? "";
    this.#at += 1;
    return character;
  }

  #peek(): string {
    return this.#script[this.#at] ?? "";
  }

  #step(character: string): void {
    switch (character) {
      case " ":
      case "\t":
        this.#endWord();
        break;
      case "#":
        if (this.#word === undefined) this.#comment();
        else this.#word += character;
        break;
      case "'":
        this.#single();
        break;
      case '"':
        this.#double();
        break;
      case "\\":
        this.#escaped();
        break;
      case "$":
        this.#variable(/^(?:\s|$)/);
        break;
      default:
        this.#operatorOrText(character);
    }
  }

  #operatorOrText(character: string): void {
    if ("\n;|&".includes(character)) this.#separator(character);
    else if ("<>".includes(character)) this.#redirection(character);
    else if ("()`".includes(character)) throw new NotUnderstood(`"${character}" starts a shell`);
    else this.#text(character);
  }

  #text(character: string): void {
    this.#word = (this.#word ?? "") + character;
    // Before the first = these are names of files or several words; behind it they are a value.
    if ("*?[]{}~!^".includes(character) && !this.#word.includes("=")) this.#plain = false;
    // These alone are words of the shell, and refused by their names.
    if (["!", "{", "}", "[", "[["].includes(this.#word)) this.#plain = true;
  }

  #comment(): void {
    const end = this.#script.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#script.length : end;
  }

  #single(): void {
    const end = this.#script.indexOf("'", this.#at);
    if (end < 0) throw new NotUnderstood("a quotation mark is not closed");
    this.#word = (this.#word ?? "") + this.#script.slice(this.#at, end);
    this.#quoted = true;
    this.#at = end + 1;
  }

  #double(): void {
    this.#word ??= "";
    this.#quoted = true;
    for (let character = this.#next(); character !== '"'; character = this.#next()) {
      if (character === "") throw new NotUnderstood("a quotation mark is not closed");
      if (character === "`") throw new NotUnderstood('"`" starts a shell');
      if (character === "$") this.#variable(/^["\s]/);
      else if (character === "\\" && '"\\$`\n'.includes(this.#peek())) this.#escaped();
      else this.#word += character;
    }
  }

  #escaped(): void {
    const character = this.#next();
    if (character === "") throw new NotUnderstood("it ends with a backslash");
    // A line that goes on in the next one.
    if (character === "\n") return;
    this.#word = (this.#word ?? "") + character;
    this.#quoted = true;
  }

  /**
   * Only the value of a variable: every other expansion can evaluate, and so start, something.
   *
   * @param plainBefore what the $ is no more than a character before.
   */
  #variable(plainBefore: RegExp): void {
    const rest = this.#script.slice(this.#at, this.#at + 256);
    const [name] =
      /^(?:[A-Za-z_][A-Za-z0-9_]*|[?#@0-9]|\{[A-Za-z_][A-Za-z0-9_]*\})/.exec(rest) ?? [];
    if (name === undefined && plainBefore.test(rest)) {
      this.#word = `${this.#word ?? ""}$`;
      return;
    }
    if (name === undefined) throw new NotUnderstood('what "$" expands to cannot be told');
    this.#at += name.length;
    this.#word ??= "";
    if (!this.#word.includes("=")) this.#plain = false;
  }

  #separator(character: string): void {
    this.#endWord();
    const next = this.#peek();
    // bash and sh read these differently, and they separate commands in one of them.
    if (character === "&" && next === ">") throw new NotUnderstood('shells disagree on "&>"');
    if (character === "|" && next === "&") throw new NotUnderstood('shells disagree on "|&"');
    this.#tokens.push({ kind: "separator" });
  }

  #redirection(character: string): void {
    // "2>": the number is not a word.
    if (this.#word !== undefined && /^\d+$/.test(this.#word) && !this.#quoted) this.#clear();
    this.#endWord();
    const next = this.#peek();
    if (next === "(") throw new NotUnderstood(`"${character}(" starts a shell`);
    if (character === "<" && "<>".includes(next) && next !== "") {
      throw new NotUnderstood(`"<${next}" is not understood`);
    }
    if (next === ">" || next === "&" || next === "|") this.#at += 1;
    this.#tokens.push({ kind: "redirection" });
  }

  #endWord(): void {
    if (this.#word !== undefined) {
      this.#tokens.push({ kind: "word", text: this.#word, plain: this.#plain });
    }
    this.#clear();
  }

  #clear(): void {
    this.#word = undefined;
    this.#plain = true;
    this.#quoted = false;
  }
}
