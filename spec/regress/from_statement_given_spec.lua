-- What from_statement() does not take is refused at once; it was forgotten once, and all rows of the class were read.
local la = require "lualchemy"

local Base = la.declarative_base()
local User = Base:class("User", {__tablename__ = "user", id = la.Column{la.Integer, primary_key = true}})

local function message(run)
  local ok, e = pcall(run)
  assert.is_false(ok)
  assert.is_true(la.exc.ArgumentError:is(e), tostring(e))
  return tostring(e)
end

describe("from_statement()", function()
  it("refuses strings and tables", function()
    for _, of in ipairs{la.Session():query(User), la.select(User)} do
      assert.equal("Textual SQL expression 'SELECT 1' should be explicitly declared as text('SELECT 1')",
        message(function() return of:from_statement("SELECT 1") end))
      for _, given in ipairs{User.__table__, User, 5, {}} do
        assert.truthy(message(function() return of:from_statement(given) end)
          :find("SELECT construct or equivalent text() construct expected, got ", 1, true))
      end
      assert.truthy(message(function() return of:from_statement(nil) end):find("expected, got nil", 1, true))
    end
  end)
end)
