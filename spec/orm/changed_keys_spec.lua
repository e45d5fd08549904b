--- Primary keys that change, and what refers to them (passive_updates).
local la = require "lualchemy"

local function word(...) return la.Column{la.String, ...} end

local statements
local function session_for(Base)
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  statements = {}
  la.event.listen(engine, "before_cursor_execute", function(_, _, sql)
    if not sql:find("^SELECT") then statements[#statements + 1] = (sql:gsub("%s+", " ")) end
  end)
  return la.Session(engine)
end

local function forget() statements = {} end

describe("a primary key that changes under a many-to-one relationship", function()
  local function model(passive)
    local Base = la.declarative_base()
    local User = Base:class("User", {__tablename__ = "user", name = la.Column{la.String, primary_key = true}})
    local Address = Base:class("Address", {
      __tablename__ = "address",
      email = la.Column{la.String, primary_key = true},
      user_name = la.Column{la.ForeignKey("user.name")},
      user = la.relationship{User, passive_updates = passive},
    })
    local session = session_for(Base)
    local user = User{name = "jack"}
    local address = Address{email = "a", user = user}
    session:add(address)
    session:commit()
    return session, user, address
  end

  it("is followed by an UPDATE with passive_updates = false", function()
    local session, user, address = model(false)
    forget()
    user.name = "ed"
    session:flush()
    assert.same({"UPDATE user SET name=? WHERE user.name = ?",
      "UPDATE address SET user_name=? WHERE address.email = ?"}, statements)
    session:commit()
    assert.equal("ed", address.user_name)
    assert.equal(user, address.user)
  end)

  it("is else known to objects that have it loaded; their rows are the database's concern", function()
    local session, user, address = model(true)
    assert.equal(user, address.user)
    forget()
    user.name = "ed"
    session:flush()
    assert.same({"UPDATE user SET name=? WHERE user.name = ?"}, statements)
    assert.equal("ed", address.user_name)
  end)
end)

describe("a primary key that changes under a many-to-many relationship", function()
  local function model(passive)
    local Base = la.declarative_base()
    local pairs_of = la.Table("item_word", Base.metadata, la.Column("item", la.ForeignKey("item.name")),
      la.Column("word", la.ForeignKey("word.text")))
    local Word = Base:class("Word", {__tablename__ = "word", text = la.Column{la.String, primary_key = true}})
    local Item = Base:class("Item", {
      __tablename__ = "item",
      name = la.Column{la.String, primary_key = true},
      words = la.relationship{Word, secondary = pairs_of, passive_updates = passive},
    })
    local session = session_for(Base)
    local item = Item{name = "a", words = {Word{text = "x"}}}
    session:add(item)
    session:commit()
    forget()
    item.name = "b"
    session:flush()
    return session:execute(la.select(pairs_of.c.item)):scalar()
  end

  it("changes the rows of the association table with passive_updates = false", function()
    assert.equal("b", model(false))
    assert.same({"UPDATE item SET name=? WHERE item.name = ?",
      "UPDATE item_word SET item=?, word=? WHERE item_word.item = ? AND item_word.word = ?"}, statements)
    assert.equal("a", model(true))
    assert.same({"UPDATE item SET name=? WHERE item.name = ?"}, statements)
  end)
end)

describe("a primary key that changes in a class of several tables", function()
  local function model(passive)
    local Base = la.declarative_base()
    local Person = Base:class("Person", {
      __tablename__ = "person",
      name = la.Column{la.String, primary_key = true},
      kind = word(),
      __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "person", passive_updates = passive},
    })
    local Engineer = Person:class("Engineer", {
      __tablename__ = "engineer",
      name = la.Column{la.ForeignKey("person.name", {onupdate = "CASCADE"}), primary_key = true},
      language = word(),
      __mapper_args__ = {polymorphic_identity = "engineer", passive_updates = passive},
    })
    local session = session_for(Base)
    local engineer = Engineer{name = "a", language = "C"}
    session:add(engineer)
    session:commit()
    forget()
    engineer.name = "b"
    session:flush()
  end

  it("is changed in each, unless the database does that (passive_updates)", function()
    model(true)
    assert.same({"UPDATE person SET name=? WHERE person.name = ?"}, statements)
    model(false)
    assert.same({"UPDATE person SET name=? WHERE person.name = ?",
      "UPDATE engineer SET name=? WHERE engineer.name = ?"}, statements)
  end)
end)
