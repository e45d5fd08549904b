-- The arguments of functions that a dialect has another name for.
local la = require "lualchemy"

describe("char_length()", function()
  it("is printed within an operator as by itself", function()
    local length = la.func.char_length(la.column("j", la.postgresql.JSON):at("a").astext)
    local function on(dialect, expr) return tostring(expr:compile{dialect = dialect}) end
    assert.equal("length(j ->> ?)", on("sqlite", length))
    assert.equal("length(j ->> ?) = ?", on("sqlite", length:eq(5)))
    local other = la.func.length(la.column("j", la.postgresql.JSON):at("a").astext)
    assert.equal("length((j ->> ?)) = ?", on("sqlite", other:eq(5)))
  end)
end)
