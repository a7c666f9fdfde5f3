FIRST_WAIT_MS = 150
FACTOR = 3
MAX_ATTEMPTS = 7


def waits():
    wait = FIRST_WAIT_MS
    for _ in range(MAX_ATTEMPTS - 1):
        yield wait
        wait *= FACTOR


if __name__ == "__main__":
    print(sum(waits()))
