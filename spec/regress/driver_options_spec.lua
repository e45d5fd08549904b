-- Keywords of create_engine() that SQLAlchemy's PostgreSQL driver takes, and a creator that is none.
local la = require "lualchemy"

local function refusal(url, options)
  local ok, why = pcall(la.create_engine, url, options)
  assert.is_false(ok)
  return why.message
end

describe("create_engine()", function()
  it("takes what programs for PostgreSQL give", function()
    local engine = la.create_engine("postgresql://scott@host/db", {client_encoding = "utf8",
      executemany_mode = "values_plus_batch", executemany_batch_page_size = 500, use_native_hstore = false})
    assert.equal("postgresql", engine.name)
    assert.equal("Invalid value for 'executemany_mode': 'fast'",
      refusal("postgresql://scott@host/db", {executemany_mode = "fast"}))
  end)

  it("takes it for no other database", function()
    assert.equal("create_engine: argument 'client_encoding' is PostgreSQL's alone",
      refusal("sqlite://", {client_encoding = "utf8"}))
  end)

  it("refuses a creator that is no function", function()
    assert.equal("create_engine: argument 'creator' must be a function, got number",
      refusal("sqlite://", {creator = 5}))
  end)

  it("knows one encoding", function()
    assert.equal("PostgreSQL: the client_encoding is always UTF8",
      refusal("postgresql://scott@host/db", {client_encoding = "latin1"}))
  end)
end)
