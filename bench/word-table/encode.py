"""Encodes texts, one a line on standard input, with a MiniLM sentence encoder, in numpy alone.

    python3 encode.py MODEL_ZIP words > vocabulary.txt
    python3 encode.py MODEL_ZIP DIMENSIONS < words.txt > vectors.f32

The first writes the whole words that the encoder's own tokenizer knows, the most frequent first.
The second writes one vector of DIMENSIONS little-endian float32 per line: the mean of the encoder's last hidden
states, centred, without the strongest direction that all words share (Mu and Viswanath 2018,
https://arxiv.org/abs/1702.01417), reduced by principal components and of length 1.
"""

import json
import re
import sys
import zipfile

import numpy as np
from tokenizers import Tokenizer

HEADS = 12
# In one matrix; memory is what limits it.
BATCH = 512
# As an encoder layer normalises: https://huggingface.co/docs/transformers/model_doc/bert
EPSILON = 1e-12


def read_safetensors(data):
    """Format: 8 bytes of header length, a JSON header, the raw tensors."""
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, info in header.items():
        if name == "__metadata__" or info["dtype"] != "F32":
            continue
        start, end = info["data_offsets"]
        raw = data[8 + size + start : 8 + size + end]
        tensors[name] = np.frombuffer(raw, dtype="<f4").reshape(info["shape"])
    return tensors


class Encoder:
    def __init__(self, path):
        with zipfile.ZipFile(path) as model:
            self.tensors = read_safetensors(model.read("model.safetensors"))
            self.tokenizer = Tokenizer.from_str(model.read("tokenizer.json").decode())
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(64)
        self.layers = 1 + max(
            int(name.split(".")[2]) for name in self.tensors if name.startswith("encoder.layer.")
        )

    def encode(self, texts):
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        # Texts of one length need no padding, and so no mask.
        for length in sorted(set(map(len, ids))):
            rows = [row for row, one in enumerate(ids) if len(one) == length]
            for start in range(0, len(rows), BATCH):
                some = rows[start : start + BATCH]
                vectors[some] = self.forward(np.array([ids[row] for row in some]))
        return vectors

    def forward(self, ids):
        embeddings = "embeddings."
        hidden = self.tensors[embeddings + "word_embeddings.weight"][ids]
        hidden = hidden + self.tensors[embeddings + "position_embeddings.weight"][: ids.shape[1]]
        hidden = hidden + self.tensors[embeddings + "token_type_embeddings.weight"][0]
        hidden = self.normal(hidden, embeddings + "LayerNorm")
        for layer in range(self.layers):
            name = f"encoder.layer.{layer}."
            attended = self.linear(self.attend(hidden, name), name + "attention.output.dense")
            hidden = self.normal(hidden + attended, name + "attention.output.LayerNorm")
            wide = gelu(self.linear(hidden, name + "intermediate.dense"))
            narrow = self.linear(wide, name + "output.dense")
            hidden = self.normal(hidden + narrow, name + "output.LayerNorm")
        return hidden.mean(axis=1)

    def attend(self, hidden, name):
        batch, length, width = hidden.shape

        def heads(part):
            projected = self.linear(hidden, f"{name}attention.self.{part}")
            return projected.reshape(batch, length, HEADS, width // HEADS).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.sqrt(width // HEADS)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = scores / scores.sum(axis=-1, keepdims=True)
        return (weights @ heads("value")).transpose(0, 2, 1, 3).reshape(batch, length, width)

    def linear(self, values, name):
        return values @ self.tensors[name + ".weight"].T + self.tensors[name + ".bias"]

    def normal(self, values, name):
        centred = values - values.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
        return centred / spread * self.tensors[name + ".weight"] + self.tensors[name + ".bias"]


def gelu(values):
    # The usual approximation by tanh: numpy has no error function.
    return 0.5 * values * (1 + np.tanh(np.sqrt(2 / np.pi) * (values + 0.044715 * values**3)))


def reduced(vectors, dimensions):
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    kept = centred @ directions[1 : dimensions + 1].T
    return kept / np.linalg.norm(kept, axis=1, keepdims=True)


def whole_words(path):
    with zipfile.ZipFile(path) as model:
        vocabulary = json.loads(model.read("tokenizer.json"))["model"]["vocab"]
    return [word for word in vocabulary if re.fullmatch("[a-z]{2,24}", word)]


def main():
    path, what = sys.argv[1:3]
    if what == "words":
        print("\n".join(whole_words(path)))
        return
    texts = sys.stdin.read().splitlines()
    vectors = reduced(Encoder(path).encode(texts), int(what))
    sys.stdout.buffer.write(vectors.astype("<f4").tobytes())


if __name__ == "__main__":
    main()
