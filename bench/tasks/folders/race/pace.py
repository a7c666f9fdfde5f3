def seconds(minutes, rest):
    return minutes * 60 + rest


def pace(total_seconds, km):
    return total_seconds / km


def show(total_seconds):
    hours = total_seconds // 3600
    minutes = total_seconds % 3600 // 60
    rest = total_seconds % 60
    return f"{hours}:{minutes:02}:{rest:02}"


def slowest(results):
    return min(results, key=lambda result: result["total"])
