import { type Library, type Llama, type LlamaModel, loadLibrary } from "./library.ts";

export interface LoadOptions {
  /** Where the packages of the library are. */
  readonly runtimeFolder: string;
  readonly modelPath: string;
  readonly threads: number;
  /** Told what goes wrong in the library. */
  readonly onLog: (text: string) => void;
}

interface Loaded {
  readonly library: Library;
  readonly llama: Llama;
  readonly model: LlamaModel;
}

/** Loads a model for the processor. @throws whatever the library throws where it cannot. */
export async function loadModel(options: LoadOptions): Promise<Loaded> {
  const library = await loadLibrary(options.runtimeFolder);
  const llama = await library.getLlama({
    gpu: false,
    build: "never",
    skipDownload: true,
    progressLogs: false,
    maxThreads: options.threads,
    logger: (level, text) => {
      if (level === "error" || level === "fatal") options.onLog(text);
    },
  });
  // Weights are rearranged for the processor as they are read: a mapped file would stand in memory beside them, 2.8 GB for 2.0.
  const model = await llama.loadModel({ modelPath: options.modelPath, useMmap: false });
  return { library, llama, model };
}
