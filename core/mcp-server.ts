/** A server of the Model Context Protocol whose tools the personas may have. */

interface Shared {
  /** As in the file; tools are called NAME__tool. */
  readonly name: string;
  /** Patterns of the names of its tools; others are not looked at. */
  readonly tools: readonly string[];
  /** How long one call may take, in milliseconds. */
  readonly callMs: number;
}

/** A program that is started in the sandbox. */
interface ProgramSettings extends Shared {
  readonly kind: "program";
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Domains that it may reach. */
  readonly network: readonly string[];
  /** Absolute paths that it may read. */
  readonly files: readonly string[];
}

/** A server that is reached over HTTP. */
interface UrlSettings extends Shared {
  readonly kind: "url";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type McpServerSettings = ProgramSettings | UrlSettings;
