-- What is left to do with a connection whose database connection was declared unusable.
local la = require "lualchemy"

describe("an invalidated connection", function()
  local function connection()
    return la.create_engine("sqlite://"):connect()
  end

  it("ends its savepoint, and then its transaction, without the database", function()
    local conn = connection()
    local outer, savepoint = conn:begin(), conn:begin_nested()
    conn:invalidate()
    local function use() return conn:execute(la.text("select 1")):scalar() end
    assert.error_matches(use, "Can't reconnect until invalid savepoint transaction is rolled back")
    savepoint:rollback()
    assert.error_matches(use, "Can't reconnect until invalid transaction is rolled back")
    outer:rollback()
    assert.equal(1, use())
    conn:close()
  end)

  it("cannot be detached", function()
    local conn = connection()
    conn:invalidate()
    assert.error_matches(function() conn:detach() end, "Can't detach an invalidated Connection")
    conn:execute(la.text("select 1"))
    conn:detach()
    conn:close()
    assert.error_matches(function() conn:detach() end, "This Connection is closed")
  end)
end)
