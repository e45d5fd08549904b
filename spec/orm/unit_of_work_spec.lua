-- The statements of a flush: their order, their batches, what they set and what they read back.
local la = require "lualchemy"
local orm = require "spec.support.orm"

local function key() return la.Column{la.Integer, primary_key = true} end

describe("a flush", function()
  local Base, session, sent

  before_each(function() Base = la.declarative_base() end)
  after_each(function()
    if session then session:close() end
    session = nil
  end)

  local function open()
    session, sent = orm.open(Base)
    sent()
  end

  local function saved(...)
    session:add_all{...}
    session:commit()
    sent()
    return ...
  end

  it("updates, inserts and deletes the objects of a class, in this order", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), name = la.Column{la.String}})
    open()
    local changed, gone = saved(A{name = "changed"}, A{name = "gone"})
    assert.equal("changedgone", changed.name .. gone.name)
    sent()
    session:delete(gone)
    changed.name = "new"
    session:add(A{name = "added"})
    session:flush()
    assert.same({"UPDATE a SET name=? WHERE a.id = ? ['new', 1]", "INSERT INTO a (name) VALUES (?) ['added']",
      "DELETE FROM a WHERE a.id = ? [2]"}, sent())
  end)

  it("inserts rows with known keys in one batch", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), name = la.Column{la.String}})
    open()
    session:add_all{A{id = 1, name = "x"}, A{id = 2, name = "y"}}
    session:flush()
    assert.same({"INSERT INTO a (id, name) VALUES (?, ?) [(1, 'x'), (2, 'y')]"}, sent())
  end)

  it("inserts rows without keys in one statement that returns them in order", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), name = la.Column{la.String}})
    open()
    local x, y = A{name = "x"}, A{name = "y"}
    session:add_all{x, y}
    session:flush()
    assert.same({"INSERT INTO a (name) VALUES (?) RETURNING id ['x']",
      "INSERT INTO a (name) VALUES (?) RETURNING id ['y']"}, sent())
    assert.same({1, 2}, {x.id, y.id})
  end)

  it("batches by the columns that are set", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), x = la.Column{la.Integer, server_default = "1"},
      y = la.Column{la.Integer}})
    open()
    session:add_all{A{id = 1, x = 1, y = 1}, A{id = 2, x = 2, y = 2}, A{id = 3, y = 3}}
    session:flush()
    assert.same({"INSERT INTO a (id, x, y) VALUES (?, ?, ?) [(1, 1, 1), (2, 2, 2)]",
      "INSERT INTO a (id, y) VALUES (?, ?) RETURNING id, x [3, 3]"}, sent())
  end)

  it("inserts what an object refers to before it", function()
    local B = Base:class("B", {__tablename__ = "b", id = key(), a_id = la.Column{la.Integer, la.ForeignKey("z.id")},
      a = la.relationship{"A"}})
    local A = Base:class("A", {__tablename__ = "z", id = key()})
    open()
    session:add(B{a = A()})
    session:flush()
    assert.same({"INSERT INTO z DEFAULT VALUES", "INSERT INTO b (a_id) VALUES (?) [1]"}, sent())
  end)

  it("updates the columns that changed, in batches of like columns", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), x = la.Column{la.Integer}, y = la.Column{la.Integer}})
    open()
    local list = {A{x = 1, y = 1}, A{x = 2, y = 2}, A{x = 3, y = 3}}
    session:add_all(list)
    session:flush()
    sent()
    list[1].x, list[2].x, list[3].y = 10, 20, 30
    session:flush()
    assert.same({"UPDATE a SET x=? WHERE a.id = ? [(10, 1), (20, 2)]",
      "UPDATE a SET y=? WHERE a.id = ? [30, 3]"}, sent())
  end)

  it("updates nothing where a value was set back", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), x = la.Column{la.Integer}})
    open()
    local a = A{x = 1}
    session:add(a)
    session:flush()
    a.x = 2
    a.x = 1
    sent()
    session:flush()
    assert.same({}, sent())
  end)

  it("calls default and onupdate functions, and keeps their values", function()
    local n = 0
    local function count()
      n = n + 1
      return n
    end
    local A = Base:class("A", {__tablename__ = "a", id = key(), name = la.Column{la.String},
      made = la.Column{la.Integer, default = count}, changed = la.Column{la.Integer, onupdate = count}})
    open()
    local a = A{name = "x"}
    session:add(a)
    session:flush()
    assert.equal(1, a.made)
    a.name = "y"
    session:flush()
    assert.same({"INSERT INTO a (name, made, changed) VALUES (?, ?, ?) ['x', 1, NULL]",
      "UPDATE a SET name=?, changed=? WHERE a.id = ? ['y', 2, 1]"}, sent())
    assert.equal(2, a.changed)
  end)

  it("calls a default where an attribute is nil; null() is NULL", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), x = la.Column{la.Integer, default = 5}})
    open()
    session:add_all{A{id = 1, x = la.null()}, A{id = 2, x = la.NULL}, A{id = 3}}
    session:flush()
    assert.same({"INSERT INTO a (id, x) VALUES (?, NULL) [1]",
      "INSERT INTO a (id, x) VALUES (?, ?) [(2, 5), (3, 5)]"}, sent())
  end)

  it("reads what the server generated with RETURNING", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), x = la.Column{la.Integer, server_default = "7"}})
    open()
    local a = A()
    session:add(a)
    session:flush()
    assert.same({"INSERT INTO a DEFAULT VALUES RETURNING id, x"}, sent())
    assert.equal(7, a.x)
    assert.same({}, sent())
  end)

  it("reads what SQL expressions gave as defaults: at once for INSERT, when asked for after UPDATE", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), x = la.Column{la.Integer},
      y = la.Column{la.Integer, default = la.func.abs(-3), onupdate = la.text("y + 1")}})
    open()
    local a = A{x = 1}
    session:add(a)
    session:flush()
    assert.same({"INSERT INTO a (x, y) VALUES (?, abs(?)) RETURNING id, y [1, -3]"}, sent())
    a.x = 2
    session:flush()
    assert.equal(4, a.y)
    assert.same({"UPDATE a SET x=?, y=y + 1 WHERE a.id = ? [2, 1]", "SELECT a.y AS a_y FROM a WHERE a.id = ? [1]"},
      sent())
  end)

  it("reads it when asked for with eager_defaults = false", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), x = la.Column{la.Integer, server_default = "7"},
      __mapper_args__ = {eager_defaults = false}})
    open()
    local a = A()
    session:add(a)
    session:flush()
    assert.same({"INSERT INTO a DEFAULT VALUES"}, sent())
    assert.equal(7, a.x)
    assert.same({"SELECT a.x AS a_x FROM a WHERE a.id = ? [1]"}, sent())
  end)

  it("takes SQL expressions as values and reads them when asked for", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), x = la.Column{la.Integer}})
    open()
    local a = A{x = 1}
    session:add(a)
    session:flush()
    sent()
    a.x = A.x + 1
    session:flush()
    assert.same({"UPDATE a SET x=(a.x + ?) WHERE a.id = ? [1, 1]"}, sent())
    assert.equal(2, a.x)
    assert.same({"SELECT a.x AS a_x FROM a WHERE a.id = ? [1]"}, sent())
  end)

  it("switches a key in one UPDATE", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), x = la.Column{la.Integer}})
    open()
    local a = A{id = 1, x = 1}
    session:add(a)
    session:flush()
    sent()
    a.id = 5
    session:flush()
    assert.same({"UPDATE a SET id=? WHERE a.id = ? [5, 1]"}, sent())
    assert.equal(a, session:get(A, 5))
  end)

  it("turns a deletion and an insertion of one key into an update", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), x = la.Column{la.Integer}})
    open()
    local a = A{id = 1, x = 1}
    session:add(a)
    session:flush()
    sent()
    session:delete(a)
    session:add(A{id = 1, x = 2})
    session:flush()
    assert.same({"UPDATE a SET x=? WHERE a.id = ? [2, 1]"}, sent())
  end)

  it("writes composite keys", function()
    local Line = Base:class("Line", {__tablename__ = "line", a = la.Column{la.Integer, primary_key = true},
      b = la.Column{la.Integer, primary_key = true}, x = la.Column{la.Integer}})
    open()
    local line = Line{a = 1, b = 2, x = 3}
    session:add(line)
    session:flush()
    line.x = 4
    session:flush()
    session:delete(line)
    session:flush()
    assert.same({"INSERT INTO line (a, b, x) VALUES (?, ?, ?) [1, 2, 3]",
      "UPDATE line SET x=? WHERE line.a = ? AND line.b = ? [4, 1, 2]",
      "DELETE FROM line WHERE line.a = ? AND line.b = ? [1, 2]"}, sent())
  end)

  it("refuses an object whose key is NULL", function()
    local Line = Base:class("Line", {__tablename__ = "line", a = la.Column{la.Integer, primary_key = true},
      b = la.Column{la.Integer, primary_key = true}})
    open()
    session:add(Line{a = 1})
    orm.raises("IntegrityError", session.flush, session)
  end)

  it("writes rows that refer to each other with post_update", function()
    local A = Base:class("A", {__tablename__ = "a", id = key(), favourite_id = la.Column{la.Integer,
      la.ForeignKey("b.id", {use_alter = true, name = "fk_favourite"})},
      favourite = la.relationship{"B", foreign_keys = "A.favourite_id", post_update = true}})
    local B = Base:class("B", {__tablename__ = "b", id = key(), a_id = la.Column{la.Integer, la.ForeignKey("a.id")},
      a = la.relationship{"A", foreign_keys = "B.a_id"}})
    open()
    local a, b = A{id = 1}, B{id = 2}
    a.favourite, b.a = b, a
    session:add(a)
    session:flush()
    assert.same({"INSERT INTO a (id, favourite_id) VALUES (?, ?) [1, NULL]",
      "INSERT INTO b (id, a_id) VALUES (?, ?) [2, 1]",
      "UPDATE a SET favourite_id=? WHERE a.id = ? [2, 1]"}, sent())
  end)

  it("refuses a circle of rows without post_update", function()
    local Node = Base:class("Node", {__tablename__ = "node", id = key(),
      next_id = la.Column{la.Integer, la.ForeignKey("node.id")}})
    Node.next = la.relationship{Node, remote_side = {Node.id}}
    open()
    local a, b = Node{id = 1}, Node{id = 2}
    a.next, b.next = b, a
    session:add_all{a, b}
    assert.matches("Circular dependency detected", orm.raises("CircularDependencyError", session.flush, session))
  end)

  it("only of the named objects writes those", function()
    local A = Base:class("A", {__tablename__ = "a", id = key()})
    open()
    local a, b = A{id = 1}, A{id = 2}
    session:add_all{a, b}
    session:flush{a}
    assert.same({"INSERT INTO a (id) VALUES (?) [1]"}, sent())
    assert.is_true(la.inspect(b).pending)
  end)
end)

describe("a version column", function()
  local Doc, session, sent

  before_each(function()
    local Base = la.declarative_base()
    local title, version = la.Column{la.String}, la.Column{la.Integer, nullable = false}
    Doc = Base:class("Doc", {__tablename__ = "doc", id = la.Column{la.Integer, primary_key = true},
      title = title, version = version, __mapper_args__ = {version_id_col = version}})
    session, sent = orm.open(Base)
    session:add(Doc{id = 1, title = "a"})
    session:flush()
  end)

  after_each(function() session:close() end)

  it("counts from 1 and is a condition of updates and deletes", function()
    local doc = session:get(Doc, 1)
    assert.equal(1, doc.version)
    sent()
    doc.title = "b"
    session:flush()
    assert.equal(2, doc.version)
    session:delete(doc)
    session:flush()
    assert.same({"UPDATE doc SET title=?, version=? WHERE doc.id = ? AND doc.version = ? ['b', 2, 1, 1]",
      "DELETE FROM doc WHERE doc.id = ? AND doc.version = ? [1, 2]"}, sent())
  end)

  it("raises StaleDataError where another has changed the row", function()
    local doc = session:get(Doc, 1)
    session:execute(la.update(Doc.__table__):values{version = 5})
    doc.title = "b"
    assert.matches("UPDATE statement on table 'doc' expected to update 1 row%(s%); 0 were matched%.",
      orm.raises("StaleDataError", session.flush, session))
  end)

  it("raises StaleDataError where the row is gone", function()
    local doc = session:get(Doc, 1)
    session:execute(la.delete(Doc.__table__))
    doc.title = "b"
    orm.raises("StaleDataError", session.flush, session)
  end)
end)

describe("a version column of a base table", function()
  local Doc, Letter, session, sent

  local function open(generator)
    local Base, version = la.declarative_base(), la.Column{la.Integer, nullable = false}
    Doc = Base:class("Doc", {__tablename__ = "doc", id = la.Column{la.Integer, primary_key = true}, version = version,
      kind = la.Column{la.String}, __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "doc",
        version_id_col = version, version_id_generator = generator}})
    Letter = Doc:class("Letter", {__tablename__ = "letter", text = la.Column{la.String},
      id = la.Column{la.Integer, la.ForeignKey("doc.id"), primary_key = true},
      __mapper_args__ = {polymorphic_identity = "letter"}})
    session, sent = orm.open(Base)
  end

  after_each(function() session:close() end)

  it("counts changes of the subclass's table, too", function()
    open(nil)
    local letter = Letter{id = 1, text = "a"}
    session:add(letter)
    session:flush()
    sent()
    letter.text = "b"
    session:flush()
    assert.equal(2, letter.version)
    assert.same({"UPDATE doc SET version=? WHERE doc.id = ? AND doc.version = ? [2, 1, 1]",
      "UPDATE letter SET text=? WHERE letter.id = ? ['b', 1]"}, sent())
  end)

  it("that the program counts itself is checked for such changes", function()
    open(false)
    local letter = Letter{id = 1, text = "a", version = 7}
    session:add(letter)
    session:flush()
    sent()
    letter.text = "b"
    session:flush()
    assert.same({"UPDATE doc SET version=? WHERE doc.id = ? AND doc.version = ? [7, 1, 7]",
      "UPDATE letter SET text=? WHERE letter.id = ? ['b', 1]"}, sent())
  end)
end)

describe("a version generator", function()
  it("gives the next version from the last", function()
    local Base, version = la.declarative_base(), la.Column{la.String, nullable = false}
    local Doc = Base:class("Doc", {__tablename__ = "doc", id = la.Column{la.Integer, primary_key = true},
      title = la.Column{la.String}, version = version, __mapper_args__ = {version_id_col = version,
        version_id_generator = function(last) return (last or "") .. "x" end}})
    local session = orm.open(Base)
    local doc = Doc{title = "a"}
    session:add(doc)
    session:flush()
    assert.equal("x", doc.version)
    doc.title = "b"
    session:flush()
    assert.equal("xx", doc.version)
    session:close()
  end)
end)
