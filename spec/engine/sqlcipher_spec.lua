-- Encrypted databases of SQLite: sqlite+pysqlcipher://:passphrase@/path.
local drivers = require "lualchemy.engine.drivers"
local echo = require "lualchemy.engine.echo"
local la = require "lualchemy"

local SECRET = "it's a \"secret\""
local there = drivers.register("sqlcipher")

local function read(path)
  local file = assert(io.open(path, "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end

local function url(path, passphrase, query)
  return la.URL.create("sqlite+pysqlcipher", {password = passphrase, database = path, query = query})
end

local function failure(class, f, ...)
  local ok, e = pcall(f, ...)
  assert.is_false(ok)
  assert.is_true(class:is(e), tostring(e))
  return tostring(e)
end

if not there then
  describe("an encrypted database", function()
    it("wants a driver, and the error names the package", function()
      assert.matches("the driver for sqlite%+pysqlcipher is not installed: install SQLCipher %(Debian: libsqlcipher%-",
        failure(la.exc.NoSuchModuleError, la.create_engine, "sqlite+pysqlcipher://:x@/a.db"))
    end)
    it("is written and read", function() pending("libsqlcipher-dev is not installed") end)
  end)
  return
end

describe("an encrypted database", function()
  local path, engine, item

  before_each(function()
    path = os.tmpname()
    local metadata = la.MetaData()
    item = la.Table("item", metadata, la.Column("id", la.Integer, {primary_key = true}), la.Column("name", la.String))
    engine = la.create_engine(url(path, SECRET, {kdf_iter = "1000", cipher_use_hmac = "yes"}))
    metadata:create_all(engine)
    engine:begin(function(conn)
      conn:execute(la.insert(item), {{name = "plain text"}, {name = "more"}})
    end)
  end)
  after_each(function()
    engine:dispose()
    os.remove(path)
  end)

  local function names(from)
    local on = la.create_engine(from)
    local ok, e = pcall(function()
      return on:connect(function(conn) return conn:scalars(la.select(item.c.name):order_by(item.c.id)):all() end)
    end)
    on:dispose()
    if not ok then error(e, 0) end
    return e
  end

  it("is read with its passphrase", function()
    engine:dispose()
    assert.same({"plain text", "more"}, names(url(path, SECRET, {kdf_iter = "1000"})))
  end)

  it("cannot be read with another one, without one, or with other parameters", function()
    engine:dispose()
    failure(la.exc.DatabaseError, names, url(path, "another", {kdf_iter = "1000"}))
    failure(la.exc.DatabaseError, names, url(path, SECRET, {kdf_iter = "2000"}))
    failure(la.exc.DatabaseError, names, "sqlite:///" .. path)
  end)

  it("is not in the file as it is", function()
    engine:dispose()
    local bytes = read(path)
    assert.is_true(#bytes > 1000)
    assert.is_nil(bytes:find("SQLite format", 1, true))
    assert.is_nil(bytes:find("plain text", 1, true))
    assert.is_nil(bytes:find("item", 1, true))
  end)

  it("stays encrypted when a listener of do_connect looks on", function()
    engine:dispose()
    local on = la.create_engine(url(path, SECRET, {kdf_iter = "1000"}))
    local seen
    la.event.listen(on, "do_connect", function(_, _, args) seen = args[1] end)
    on:connect(function(conn) assert.equal(2, #conn:execute(la.select(item)):all()) end)
    on:dispose()
    assert.equal(path, seen)
  end)

  it("keeps its passphrase out of errors, of what is printed and of the log", function()
    local wrong = la.create_engine("sqlite+pysqlcipher://:another@/" .. path .. "?kdf_iter=1000", {echo = "debug"})
    local said, write = {}, echo.write
    echo.write = function(line) said[#said + 1] = line end
    said[#said + 1] = failure(la.exc.DatabaseError, function()
      wrong:connect(function(conn) conn:execute(la.select(item)) end)
    end)
    echo.write = write
    said[#said + 1] = tostring(wrong) .. tostring(wrong.url)
    local all = table.concat(said, "\n")
    assert.is_truthy(all:find("SELECT item.id", 1, true))
    assert.is_truthy(all:find("sqlite+pysqlcipher://:***@/", 1, true))
    assert.is_nil(all:find("another", 1, true))
    wrong:dispose()
  end)

  it("wants a passphrase, and parameters that can be", function()
    assert.matches("a passphrase is wanted", failure(la.exc.ArgumentError, names, url(path)))
    assert.matches("a passphrase is wanted", failure(la.exc.ArgumentError, names, url(path, "")))
    assert.matches("'kdf_iter' must be an integer",
      failure(la.exc.ArgumentError, la.create_engine, url(path, "x", {kdf_iter = "many"})))
    assert.matches("unknown connect argument 'kdf'; accepted are cipher, kdf_iter",
      failure(la.exc.ArgumentError, la.create_engine, url(path, "x", {kdf = "1"})))
  end)

  it("serves the ORM and reflection, too", function()
    local Base = la.declarative_base()
    local Item = Base:class("Item", {__table__ = item})
    local session = la.Session(engine)
    local new = Item{name = "new"}
    session:add(new)
    session:flush()
    assert.equal(3, new.id)
    session:commit()
    session:close()
    local columns = la.inspect(engine):get_columns("item")
    assert.equal("id", columns[1].name)
    assert.equal("name", columns[2].name)
  end)

  it("has a pool of a connection for each thread, for it is slow to open", function()
    assert.is_true(la.pool.SingletonThreadPool:is(engine.pool))
  end)
end)

describe("a database that is not encrypted", function()
  it("takes no passphrase", function()
    assert.matches("Invalid SQLite URL", failure(la.exc.ArgumentError, la.create_engine, "sqlite://:secret@/a.db"))
  end)
end)
