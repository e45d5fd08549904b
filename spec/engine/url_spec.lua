-- URLs.
local la = require "lualchemy"

describe("a URL", function()
  it("has parts", function()
    local url = la.make_url "postgresql+psycopg2://me:p%40ss@host:5433/db?sslmode=require&opt=a&opt=b"
    assert.equal("postgresql+psycopg2", url.drivername)
    assert.equal("me", url.username)
    assert.equal("p@ss", url.password)
    assert.equal("host", url.host)
    assert.equal(5433, url.port)
    assert.equal("db", url.database)
    assert.same({sslmode = "require", opt = {"a", "b"}}, url.query)
    assert.equal("postgresql", url:get_backend_name())
    assert.equal("psycopg2", url:get_driver_name())
  end)

  it("prints without its password", function()
    local url = la.URL.create("postgresql", {username = "me", password = "p@ss", host = "h", database = "d"})
    assert.equal("postgresql://me:***@h/d", tostring(url))
    assert.equal("postgresql://me:p%40ss@h/d", url:render_as_string{hide_password = false})
  end)

  it("is immutable and equal by content", function()
    local url = la.make_url "sqlite:///a.db"
    assert.equal("sqlite:///b.db", tostring(url:set{database = "b.db"}))
    assert.equal("sqlite:///a.db", tostring(url))
    assert.is_true(url == la.make_url "sqlite:///a.db")
    assert.same({a = {"1", "2"}}, url:update_query_pairs{{"a", "1"}, {"a", "2"}}.query)
    assert.same({}, url:set{query = {a = "1"}}:difference_update_query({"a"}).query)
  end)

  it("may name any of SQLAlchemy's drivers, also an asynchronous one", function()
    local names = {sqlite = "pysqlite aiosqlite",
      postgresql = "psycopg2 psycopg psycopg_async asyncpg pg8000 psycopg2cffi"}
    for name, drivers in pairs(names) do
      for driver in drivers:gmatch("%S+") do
        local ok, engine = pcall(la.create_engine, name .. "+" .. driver .. "://")
        assert.is_true(ok or la.exc.NoSuchModuleError:is(engine)
          and tostring(engine):find("is not installed", 1, true) ~= nil)
        if ok then
          assert.equal(name, engine.name)
          assert.equal(driver, engine.driver)
        end
      end
    end
  end)

  it("must be one", function()
    for _, text in ipairs{"nonsense", "", "://x"} do
      local ok, e = pcall(la.make_url, text)
      assert.is_false(ok, text)
      assert.is_true(la.exc.ArgumentError:is(e))
    end
    local ok, e = pcall(la.make_url, "postgresql://me:secret@host:port/db")
    assert.is_false(ok)
    assert.not_matches("secret", tostring(e))
  end)
end)
