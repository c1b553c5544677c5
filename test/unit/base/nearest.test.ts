import { describe, expect, it } from "vitest";
import { nearest } from "../../../src/base/nearest.ts";

describe("nearest", () => {
  it("finds a name with a letter missing, added, changed or swapped", () => {
    const columns = ["Reaction", "Days", "Subject"];
    expect(nearest("Reacton", columns)).toBe("Reaction");
    expect(nearest("Reactions", columns)).toBe("Reaction");
    expect(nearest("Dayz", columns)).toBe("Days");
    expect(nearest("Subjcet", columns)).toBe("Subject");
  });

  it("ignores case", () => {
    expect(nearest("SUBJECT", ["Subject"])).toBe("Subject");
    expect(nearest("x", ["X"])).toBe("X");
  });

  it("prefers the exact name, then the closest, then the first", () => {
    expect(nearest("days", ["Days", "days"])).toBe("days");
    expect(nearest("weigh", ["height", "weight"])).toBe("weight");
    expect(nearest("abcx", ["abcy", "abcz"])).toBe("abcy");
  });

  it("is null when nothing is close", () => {
    expect(nearest("treatment", ["y", "Days"])).toBeNull();
    expect(nearest("a", ["b", "c"])).toBeNull();
    expect(nearest("a", [])).toBeNull();
  });

  it("is quick against many long candidates", () => {
    const long = "n".repeat(100_000);
    const candidates = Array.from({ length: 2000 }, (_, i) => `${long}${i}`);
    const begin = performance.now();
    nearest(`${long}x`, candidates);
    expect(performance.now() - begin).toBeLessThan(2000);
  });
});
