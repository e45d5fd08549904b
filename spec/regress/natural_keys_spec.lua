-- Primary keys that change: of classes in two tables whose keys have different names, and under lists of one.
local la = require "lualchemy"

describe("a primary key that changes", function()
  local engine

  local function open(Base, cascade)
    engine = la.create_engine "sqlite://"
    if cascade then
      la.event.listen(engine, "connect", function(dbapi) dbapi:execute "PRAGMA foreign_keys=ON" end)
    end
    Base.metadata:create_all(engine)
    return la.Session(engine)
  end

  for _, passive in ipairs{true, false} do
    local how = passive and " (passive_updates)" or " (the flush itself)"
    local function key(target)
      return la.ForeignKey(target, passive and {onupdate = "cascade"} or {use_alter = false})
    end

    it("takes the row of the subclass with it" .. how, function()
      local Base = la.declarative_base()
      local Person = Base:class("Person", {__tablename__ = "person", name = la.Column{la.String, primary_key = true},
        type = la.Column{la.String},
        __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "person", passive_updates = passive}})
      local Engineer = Person:class("Engineer", {__tablename__ = "engineer",
        person_name = la.Column(la.String, key "person.name", {primary_key = true}), language = la.Column{la.String},
        __mapper_args__ = {polymorphic_identity = "engineer"}})
      local session = open(Base, passive)
      local engineer = Engineer{name = "dilbert", language = "java"}
      session:add(engineer)
      session:commit()
      engineer.name, engineer.language = "wally", "c++"
      session:commit()
      assert.equal("wally", engineer.person_name)
      assert.equal("c++", engineer.language)
    end)

    it("is that of what refers to it in a list of one" .. how, function()
      local Base = la.declarative_base()
      local User = Base:class("User", {__tablename__ = "users", name = la.Column{la.String, primary_key = true}})
      local Address = Base:class("Address", {__tablename__ = "addresses",
        email = la.Column{la.String, primary_key = true},
        user_name = la.Column(la.String, key "users.name"),
        user = la.relationship{"User", passive_updates = passive, uselist = true}})
      local session = open(Base, passive)
      local user = User{name = "jack"}
      local address = Address{email = "a", user = {user}}
      session:add(address)
      session:flush()
      user.name = "ed"
      session:flush()
      assert.equal("ed", address.user_name)
      session:commit()
      assert.equal("ed", address.user_name)
    end)
  end
end)
