-- The execution option compiled_cache: where compiled statements are kept.
local la = require "lualchemy"
local echo = require "lualchemy.engine.echo"

describe("compiled_cache", function()
  local engine, lines, before
  before_each(function()
    engine, lines, before = la.create_engine("sqlite://", {echo = true}), {}, echo.write
    echo.write = function(line) lines[#lines + 1] = line:match("%[(%a+ %a+)") end
  end)
  after_each(function() echo.write = before end)

  local function select(n) return la.select(la.literal(n)) end

  it("is a program's own table", function()
    local cache = {}
    engine:connect(function(plain)
      local conn = plain:execution_options{compiled_cache = cache}
      assert.equal(5, conn:scalar(select(5)))
      assert.equal(6, conn:scalar(select(6)))
      assert.equal(1, #cache)
      assert.equal("SELECT ? AS anon_1", cache[1])
      conn:execute(la.text("SELECT 7"))
      assert.equal(2, #cache)
    end)
    assert.same({"generated in", "cached since", "generated in"}, lines)
  end)

  it("may be of one statement, and is no other's", function()
    local cache = {}
    engine:connect(function(conn)
      conn:execute(select(1), nil, {execution_options = {compiled_cache = cache}})
      conn:execute(select(1))
      conn:execute(select(2))
      conn:execute(select(3), nil, {execution_options = {compiled_cache = cache}})
    end)
    assert.same({"generated in", "generated in", "cached since", "cached since"}, lines)
    assert.equal(1, #cache)
  end)

  it("is off with la.NULL", function()
    engine:connect(function(conn)
      conn = conn:execution_options{compiled_cache = la.NULL}
      assert.equal(1, conn:scalar(select(1)))
      assert.equal(2, conn:scalar(select(2)))
    end)
    assert.same({"caching disabled", "caching disabled"}, lines)
  end)

  it("serves sessions, too", function()
    local Base = la.declarative_base()
    local A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true}})
    Base.metadata:create_all(engine)
    local cache = {}
    la.Session(engine, function(session)
      session:add(A{id = 1})
      session:commit()
      for _ = 1, 2 do
        local found = session:scalars(la.select(A), nil, {execution_options = {compiled_cache = cache}}):all()
        assert.equal(1, found[1].id)
      end
    end)
    assert.equal(1, #cache)
  end)

  it("is nothing else", function()
    engine:connect(function(conn)
      assert.has_error(function() conn:execute(select(1), nil, {execution_options = {compiled_cache = 5}}) end)
    end)
  end)
end)
