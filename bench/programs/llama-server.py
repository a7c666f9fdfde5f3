"""The HTTP server of llama.cpp, as its Python package has it: MODEL PORT THREADS."""
import sys
import time

import xllamacpp

model, port, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
parameters = xllamacpp.CommonParams()
parameters.model.path = model
parameters.model_alias = {"coder"}
parameters.hostnames = ["127.0.0.1"]
parameters.port = port
# Three conversations of 8,192 tokens, each of which keeps its prompt.
parameters.n_parallel = 3
parameters.n_ctx = 24576
parameters.use_jinja = True
parameters.cpuparams.n_threads = threads
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
while True:
    time.sleep(3600)
