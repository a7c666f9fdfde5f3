HIGH_WATER_M = 4.6
LOW_WATER_M = 1.2
STEPS = 4

step = (HIGH_WATER_M - LOW_WATER_M) / STEPS
for number in range(STEPS + 1):
    print(number, round(LOW_WATER_M + number * step, 2))
print("range", round(HIGH_WATER_M - LOW_WATER_M, 2))
