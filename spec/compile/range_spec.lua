-- Ranges of PostgreSQL.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local pg = la.postgresql
local t = la.table("t", la.column("r", pg.INT4RANGE), la.column("m", pg.INT4MULTIRANGE))
local r, m = t.c.r, t.c.m

describe("questions", function()
  compiles("contains", r:contains(5), {default = "t.r @> :r_1", params = {r_1 = 5}})
  compiles("contained_by", r:contained_by(r), {default = "t.r <@ t.r"})
  compiles("overlaps", r:overlaps(r), {default = "t.r && t.r"})
  compiles("strictly_left_of", r:strictly_left_of(r), {default = "t.r << t.r"})
  compiles("strictly_right_of", r:strictly_right_of(r), {default = "t.r >> t.r"})
  compiles("not_extend_right_of", r:not_extend_right_of(r), {default = "t.r &< t.r"})
  compiles("not_extend_left_of", r:not_extend_left_of(r), {default = "t.r &> t.r"})
  compiles("adjacent_to", la.not_(r:adjacent_to(r)), {default = "NOT (t.r -|- t.r)"})
  compiles("multiranges", m:contains(m), {default = "t.m @> t.m"})
end)

describe("ranges of ranges", function()
  compiles("union", r:union(r), {default = "t.r + t.r"})
  compiles("difference", r - r, {default = "t.r - t.r"})
  compiles("intersection", r:intersection(r), {default = "t.r * t.r"})
end)

describe("values", function()
  compiles("eq", r:eq(pg.Range(1, 5)), {default = "t.r = :r_1", postgresql = "t.r = :r_1::INT4RANGE"})
end)
