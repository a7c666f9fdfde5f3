def deposit(persons, nights):
    total = 15 * persons
    if nights > 2:
        total += 10
    return total


for persons, nights in ((1, 1), (2, 3), (6, 2)):
    print(f"{persons} persons, {nights} nights: {deposit(persons, nights)} euros")
