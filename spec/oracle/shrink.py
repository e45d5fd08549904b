"""Makes a program that differs as small as it gets while it differs in the same way."""
import term

STEPS = 4000


def smallest(found, differs):
    steps = 0
    again = True
    while again and steps < STEPS:
        again = False
        for candidate in candidates(found.root):
            steps += 1
            smaller = differs(candidate)
            if smaller:
                found, again = smaller, True
                break
            if steps >= STEPS:
                break
    return found


def candidates(root):
    """Programs that say less, the smallest parts last: whole branches go first."""
    seen = set()
    for t in root.walk():
        key = t.name if isinstance(t, term.Shared) else id(t)
        if key in seen:
            continue
        seen.add(key)
        for less in t.smaller():
            yield term.replaced(root, t, less) if t is not root else less
