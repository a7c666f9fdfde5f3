POINTS = {"adult": 10, "child": 4, "senior": 7}


def points(kinds):
    total = sum(POINTS[kind] for kind in kinds)
    return total * 2 if len(kinds) > 3 else total


for visit in (["adult"], ["adult", "child"], ["adult", "adult", "child", "child"]):
    print(len(visit), "visitors:", points(visit), "points")
