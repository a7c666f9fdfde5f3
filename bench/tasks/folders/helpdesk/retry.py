BASE = 0.4
LIMIT = 5


def delay(attempt):
    seconds = BASE * 2 ** attempt
    return min(seconds, LIMIT)


for attempt in range(6):
    print(attempt, round(delay(attempt), 1))
