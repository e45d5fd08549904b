-- INSERT, UPDATE and DELETE of many rows through a session, and what the objects in it learn of them.
local la = require "lualchemy"
local orm = require "spec.support.orm"

describe("a session executes", function()
  local User, session, sent

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "users", id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String}, age = la.Column{la.Integer}})
    session, sent = orm.open(Base)
    session:add_all{User{id = 1, name = "ann", age = 30}, User{id = 2, name = "bob", age = 40},
      User{id = 3, name = "cid", age = 50}}
    session:commit()
    sent()
  end)

  after_each(function() session:close() end)

  local function all() return session:scalars(la.select(User):order_by(User.id)):all() end

  it("an update that it evaluates for the objects it has", function()
    local list = all()
    sent()
    session:execute(la.update(User):where(User.age:gt(35)):values{age = User.age + 1},
      {execution_options = {synchronize_session = "evaluate"}})
    assert.same({"UPDATE users SET age=(users.age + ?) WHERE users.age > ? [1, 35]"}, sent())
    assert.same({30, 41, 51}, orm.each(list, "age"))
    assert.same({}, sent())
  end)

  it("an update whose rows it fetches", function()
    local list = all()
    sent()
    session:execute(la.update(User):where(User.age:gt(35)):values{age = 0},
      {execution_options = {synchronize_session = "fetch"}})
    assert.same({"UPDATE users SET age=? WHERE users.age > ? RETURNING id [0, 35]"}, sent())
    assert.same({30, 0, 0}, orm.each(list, "age"))
  end)

  it("an update that returns what it fetches, each column once", function()
    local fetch = {execution_options = {synchronize_session = "fetch"}}
    local stmt = la.update(User):where(User.id:eq(1)):values{age = 0}:returning(User.name, User.id)
    assert.same({"ann", 1}, {session:execute(stmt, nil, fetch):one():unpack()})
    assert.same({"UPDATE users SET age=? WHERE users.id = ? RETURNING id, name [0, 1]"}, sent())
    stmt = la.delete(User):where(User.id:eq(2)):returning(User)
    assert.equal("bob", session:scalars(stmt, nil, fetch):one().name)
    assert.same({"DELETE FROM users WHERE users.id = ? RETURNING id, name, age [2]"}, sent())
  end)

  it("statements that select or return *, as rows of all columns", function()
    for _, star in ipairs{la.literal_column("*"), la.text("*")} do
      assert.same({1, "ann", 30}, {session:execute(la.select(star):select_from(User)):first():unpack()})
      assert.has_error(function() session:execute(la.select(star, User.id)) end, "Can't generate ORM query that "
        .. "includes multiple expressions at the same time as '*'; query for '*' alone if present")
    end
    local star = la.literal_column("*")
    local row = session:execute(la.update(User):where(User.id:eq(1)):values{age = 31}:returning(star)):one()
    assert.same({1, "ann", 31}, {row:unpack()})
    row = session:execute(la.insert(User):values{id = 9, name = "new"}:returning(star)):one()
    assert.same({9, "new"}, {row:unpack()})
    row = session:execute(la.delete(User):where(User.id:eq(9)):returning(star)):one()
    assert.same({9, "new"}, {row:unpack()})
    assert.has_error(function() session:execute(la.insert(User):returning(star), {{name = "x"}}) end, "Can't use "
      .. "RETURNING * with bulk ORM INSERT.  Please use a different INSERT form, such as INSERT..VALUES or INSERT with "
      .. "a Core Connection")
  end)

  it("updates of many by key, whose statement sets something by binds, too", function()
    session:execute(la.update(User):values{age = la.bindparam("years")}, {{id = 1, years = 5}, {id = 2, years = 6}})
    assert.same({"UPDATE users SET age=? WHERE users.id = ? [(5, 1), (6, 2)]"}, sent())
    session:execute(la.update(User):where(User.age:gt(0)), {{id = 1, name = "x"}, {id = 2, name = "y"}},
      {execution_options = {synchronize_session = false}})
    assert.same({"UPDATE users SET name=? WHERE users.age > ? AND users.id = ? [('x', 0, 1), ('y', 0, 2)]"}, sent())
    assert.has_error(function()
      session:execute(la.update(User):returning(User), {{id = 1, name = "x"}, {id = 2, name = "y"}})
    end, "Dialect sqlite with current server capabilities does not support UPDATE..RETURNING when executemany is used")
  end)

  it("an update that the objects do not hear of", function()
    local list = all()
    session:execute(la.update(User):values{age = 0}, {execution_options = {synchronize_session = false}})
    assert.same({30, 40, 50}, orm.each(list, "age"))
    session:expire_all()
    assert.same({0, 0, 0}, orm.each(list, "age"))
  end)

  it("an update that it fetches where it cannot evaluate", function()
    local list = all()
    sent()
    session:execute(la.update(User):where(la.func.upper(User.name):eq("BOB")):values{age = 1})
    assert.same({"UPDATE users SET age=? WHERE upper(users.name) = ? RETURNING id [1, 'BOB']"}, sent())
    assert.same({30, 1, 50}, orm.each(list, "age"))
  end)

  it("an update that cannot be evaluated though it must: refused", function()
    all()
    assert.matches("Could not evaluate current criteria in Python",
      orm.raises("InvalidRequestError", function()
        session:execute(la.update(User):where(la.func.upper(User.name):eq("BOB")):values{age = 1},
          {execution_options = {synchronize_session = "evaluate"}})
      end))
  end)

  it("a delete: objects that it evaluates as gone leave the session", function()
    local list = all()
    session:execute(la.delete(User):where(User.age:gt(35)))
    assert.is_true(session:contains(list[1]))
    assert.is_false(session:contains(list[2]))
    assert.is_true(la.inspect(list[2]).deleted)
    session:rollback()
    assert.is_true(session:contains(list[2]))
  end)

  it("a delete whose rows it fetches", function()
    all()
    sent()
    session:execute(la.delete(User):where(User.age:gt(35)), {execution_options = {synchronize_session = "fetch"}})
    assert.same({"DELETE FROM users WHERE users.age > ? RETURNING id [35]"}, sent())
  end)

  it("what was pending before", function()
    session:get(User, 1).age = 100
    sent()
    session:execute(la.update(User):where(User.age:eq(100)):values{name = "old"})
    assert.matches("^UPDATE users SET age=%? WHERE users.id", sent()[1])
    assert.equal("old", session:get(User, 1).name)
  end)

  it("an update of rows by their keys", function()
    session:execute(la.update(User), {{id = 1, name = "x"}, {id = 2, name = "y"}})
    assert.same({"UPDATE users SET name=? WHERE users.id = ? [('x', 1), ('y', 2)]"}, sent())
  end)

  it("an insert of many rows", function()
    session:execute(la.insert(User), {{id = 4, name = "d"}, {id = 5, name = "e"}})
    assert.same({"INSERT INTO users (id, name) VALUES (?, ?) [(4, 'd'), (5, 'e')]"}, sent())
  end)

  it("an insert that gives objects back", function()
    local made = session:scalars(la.insert(User):returning(User), {{name = "d"}, {name = "e"}}):all()
    assert.same({4, 5}, orm.each(made, "id"))
    assert.is_true(session:contains(made[1]))
    assert.equal("d", made[1].name)
  end)

  it("an insert that gives objects back in the order of its rows", function()
    local made = session:scalars(la.insert(User):returning(User, {sort_by_parameter_order = true}),
      {{name = "d"}, {name = "e"}, {name = "f"}}):all()
    assert.same({"d", "e", "f"}, orm.each(made, "name"))
  end)

  it("an update that gives objects back", function()
    local changed = session:scalars(la.update(User):where(User.id:eq(2)):values{age = 7}:returning(User),
      {execution_options = {populate_existing = true}}):all()
    assert.same({7}, orm.each(changed, "age"))
  end)

  it("bulk_insert_mappings and bulk_update_mappings", function()
    session:bulk_insert_mappings(User, {{id = 7, name = "g"}, {id = 8, name = "h"}})
    session:bulk_update_mappings(User, {{id = 7, name = "gg"}})
    assert.same({"INSERT INTO users (id, name) VALUES (?, ?) [(7, 'g'), (8, 'h')]",
      "UPDATE users SET name=? WHERE users.id = ? ['gg', 7]"}, sent())
  end)

  it("bulk_save_objects, which leaves the objects as they are", function()
    local made = User{name = "new"}
    session:bulk_save_objects{made}
    assert.same({"INSERT INTO users (name) VALUES (?) ['new']"}, sent())
    assert.is_true(la.inspect(made).transient)
    assert.is_nil(made.id)
  end)

  it("Query:update and Query:delete, which give the number of rows", function()
    assert.equal(2, session:query(User):filter(User.age:gt(35)):update{age = 1})
    assert.equal(2, session:query(User):filter(User.age:eq(1)):delete())
    assert.equal(1, session:query(User):count())
  end)
end)
