-- la.postgresql.BitString, and what BIT columns do with it.
local la = require "lualchemy"
local support = require "spec.support"
local compiles = support.compiles

local pg = la.postgresql
local Bits = pg.BitString

local function text(x) return tostring(x) end

local function fails(message, fn, ...)
  local ok, e = pcall(fn, ...)
  assert.is_false(ok)
  assert.is_truthy(tostring(e):find(message, 1, true), tostring(e))
end

describe("BitString", function()
  it("is made of zeros and ones, a number, bytes", function()
    assert.equal("0110", text(Bits "0110"))
    assert.equal("", text(Bits ""))
    assert.is_true(Bits(Bits "01") == Bits "01")
    assert.equal("010101111100", text(Bits.from_int(1404, 12)))
    assert.equal("", text(Bits.from_int(0, 0)))
    assert.equal("00001010111100000100", text(Bits.from_bytes("\175\4", 20)))
    assert.equal("1010111100000100", text(Bits.from_bytes "\175\4"))
    assert.equal("1", text(Bits.from_bytes("\1", 1)))
  end)

  it("refuses anything else", function()
    fails("BitString must only contain '0' and '1' chars", Bits, "012")
    fails("a string of bits is needed, got number", Bits, 5)
    fails("Cannot encode 5 as a BitString of length 2", Bits.from_int, 5, 2)
    fails("argument 'value' must be a whole number that is not negative, got -1", Bits.from_int, -1, 2)
    fails("argument 'length' must be a whole number", Bits.from_int, 1, 1.5)
    fails("Cannot encode the bytes", Bits.from_bytes, "\255", 4)
    fails("argument 'value' must be a string", Bits.from_bytes, 5)
  end)

  it("is known, compared and ordered by its bits", function()
    assert.is_true(Bits:is(Bits "1"))
    assert.is_false(Bits:is "1")
    assert.is_true(Bits "011" == Bits "011")
    assert.is_false(Bits "011" == Bits "11")
    assert.is_true(Bits "001" < Bits "010")
    assert.is_true(Bits "010" <= Bits "010")
  end)

  it("has lengths in bits and bytes", function()
    assert.equal(9, Bits("011001101").bit_length)
    assert.equal(2, Bits("011001101").octet_length)
    assert.equal(0, Bits("").octet_length)
  end)

  it("reads and sets single bits, counted from 0 on the left", function()
    assert.equal("1", Bits("1010"):get_bit(2))
    assert.is_false(Bits("1010"):has_bit(3))
    assert.equal("0100", text(Bits("0101"):set_bit(3, "0")))
    assert.equal("1101", text(Bits("0101"):set_bit(0, true)))
    assert.equal("0001", text(Bits("0101"):set_bit(1, 0)))
    fails("index out of range: 4", Bits("0101").get_bit, Bits "0101", 4)
    fails("index out of range: -1", Bits("0101").set_bit, Bits "0101", -1, true)
    fails("argument 'value' must be", Bits("0101").set_bit, Bits "0101", 1, "2")
  end)

  it("works bit by bit", function()
    assert.equal("010", text(Bits("011"):bitwise_and "010"))
    assert.equal("111", text(Bits("011"):bitwise_or(Bits "110")))
    assert.equal("101", text(Bits("011"):bitwise_xor "110"))
    assert.equal("100", text(Bits("011"):bitwise_not()))
    assert.equal("0100", text(Bits("1010"):lshift(1)))
    assert.equal("0000", text(Bits("1010"):lshift(9)))
    assert.equal("0010", text(Bits("1010"):rshift(2)))
    assert.equal("1010", text(Bits("1010"):rshift(0)))
    fails("must be of the same length", Bits("1").bitwise_and, Bits "1", "10")
  end)

  it("is joined", function()
    assert.equal("0111", text(Bits "01" .. "11"))
    assert.equal("1101", text("11" .. Bits "01"))
    assert.equal("0111", text(Bits "01" + Bits "11"))
    fails("BitString must only contain", function() return Bits "01" .. "a" end)
  end)

  it("is cut and changed as a string", function()
    assert.equal("1100", text(Bits("01100"):lstrip()))
    assert.equal("011", text(Bits("01100"):rstrip()))
    assert.equal("11", text(Bits("01100"):strip()))
    assert.equal("010", text(Bits("1101011"):strip "1"))
    assert.equal("00", text(Bits("11100"):removeprefix "111"))
    assert.equal("11100", text(Bits("11100"):removeprefix "0"))
    assert.equal("111", text(Bits("11100"):removesuffix "00"))
    assert.equal("11100", text(Bits("11100"):removesuffix "10"))
    assert.equal("1101011", text(Bits("010101011"):replace("0101", "11", 1)))
    assert.equal("0011", text(Bits("11"):zfill(4)))
    local parts = Bits("01101101"):split("1", 2)
    assert.same({"0", "", "01101"}, {text(parts[1]), text(parts[2]), text(parts[3])})
  end)

  it("is a number or bytes again", function()
    assert.equal(1404, Bits("010101111100"):tonumber())
    assert.equal(0, Bits(""):tonumber())
    assert.equal("\175\4", Bits("1010111100000100"):to_bytes())
    assert.equal("\0\1", Bits("1"):to_bytes(2))
    fails("longer than that", Bits("100000000").to_bytes, Bits "100000000", 1)
    fails("more bits than a number", Bits("").tonumber, Bits(("1"):rep(64)))
  end)
end)

local t = la.table("t", la.column("b", pg.BIT(4)), la.column("v", pg.BIT{varying = true}))

describe("BIT", function()
  compiles("shifts", la.select(t.c.b:lshift(1), t.c.b:rshift(2)), {
    default = "SELECT t.b << :b_1 AS anon_1, t.b >> :b_2 AS anon_2 FROM t", params = {b_1 = 1, b_2 = 2},
  })
  local chosen = la.select(t.c.b:bitwise_and(Bits "0011"), t.c.b:bitwise_xor "1111", t.c.b:bitwise_not())
  compiles("operators of bits", chosen, {
    default = "SELECT t.b & :b_1 AS anon_1, t.b ^ :b_2 AS anon_2, ~t.b FROM t",
    sqlite = "SELECT t.b & :b_1 AS anon_1, (t.b | :b_2 - t.b & :b_2) AS anon_2, ~t.b FROM t",
    postgresql = "SELECT t.b & :b_1 AS anon_1, t.b # :b_2 AS anon_2, ~t.b FROM t",
  })
  if _VERSION >= "Lua 5.3" then
    local signs = assert(load [[local c, bits = ... return {c & "0011", bits & c, c | "0011", ~c, c << 1}]])
    local made = signs(t.c.b, Bits "0011")
    compiles("by signs", la.select(made[1], made[2], made[3], made[4], made[5]), {
      default = "SELECT t.b & :b_1 AS anon_1, :b_2 & t.b AS anon_2, t.b | :b_3 AS anon_3, ~t.b, "
        .. "t.b << :b_4 AS anon_4 FROM t",
    })
  end
end)

for db in support.databases() do
  if db.name == "postgresql" then
    it("bit strings go to PostgreSQL and are worked on there", function()
      db:engine():begin(function(conn)
        local s = la.Table("s", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
          la.Column("b", pg.BIT(4)), la.Column("v", pg.BIT{varying = true}), la.Column("l", pg.ARRAY(pg.BIT(2))))
        s:create(conn)
        conn:execute(la.insert(s), {
          {b = Bits "0101", v = Bits "01", l = {Bits "01", "11"}}, {b = "1100", v = "111", l = la.NULL},
        })
        local row = conn:execute(la.select(s.c.b:label("bits"), s.c.b:bitwise_and(Bits "0110"), s.c.b:bitwise_or "0010",
          s.c.b:bitwise_xor "1111", s.c.b:bitwise_not(), s.c.b:lshift(1), s.c.b:rshift(1), s.c.b .. s.c.v, s.c.l)
          :where(s.c.b:in_{Bits "0101"}, s.c.v:eq(Bits "01"))):one()
        local values = {row:unpack()}
        assert.same({"01", "11"}, table.remove(values))
        assert.same({"0101", "0100", "0111", "1010", "1010", "1010", "0010", "010101"}, values)
        assert.equal("0111", text(Bits(row.bits):bitwise_or "0010"))
      end)
    end)
  end
end
