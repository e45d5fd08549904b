-- A name that la, or a namespace of it, has not is an error that names the nearest.
local la = require "lualchemy"

local function problem(fn)
  local ok, e = pcall(fn)
  assert.is_false(ok)
  assert.is_true(la.exc.InvalidRequestError:is(e))
  return tostring(e)
end

describe("an unknown name", function()
  it("of la is an error that names the nearest", function()
    assert.equal("lualchemy has no 'selekt'; did you mean 'select'?", problem(function() return la.selekt end))
  end)

  it("of a namespace is one, too", function()
    assert.equal("la.types has no 'Strng'; did you mean 'String'?", problem(function() return la.types.Strng end))
    assert.equal("la.schema has no 'CreateTabel'; did you mean 'CreateTable'?",
      problem(function() return la.schema.CreateTabel end))
    assert.equal("la.postgresql has no 'JSONBB'; did you mean 'JSONB'?",
      problem(function() return la.postgresql.JSONBB end))
    assert.equal("la.hybrid has no 'x'", problem(function() return la.hybrid.x end))
  end)
end)
