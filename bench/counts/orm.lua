--- Operations of the ORM whose instructions are counted; see core.lua.
local model = require "bench.counts.model"
local la, User, Address = model.la, model.User, model.Address

--- A session on a database with n users, and all of them.
local function loaded(n)
  local session = la.Session(model.engine(n))
  return session, session:scalars(la.select(User)):all()
end

--- n new users in a session, when what is counted begins.
local function pending(session, n)
  session:rollback()
  session:expunge_all()
  for i = 1, n do session:add(User{name = "name " .. i, fullname = "full name " .. i}) end
end

return {
  {"map a class", function()
    local Base, i = la.declarative_base(), 0
    return function()
      i = i + 1
      local class = Base:class("C" .. i, {
        __tablename__ = "c" .. i,
        id = la.Column{la.Integer, primary_key = true},
        name = la.Column{la.String(50)},
        user_id = la.Column{la.Integer, la.ForeignKey(model.users.c.id)},
        user = la.relationship{User},
      })
      la.configure_mappers()
      return class
    end
  end},

  {"make 100 objects", function()
    return function()
      for _ = 1, 100 do User{name = "name", fullname = "full name"} end
    end
  end},

  {"read an attribute 1000 times", function()
    local _, users = loaded(1)
    local user = users[1]
    return function()
      for _ = 1, 1000 do local _ = user.name end
    end
  end},

  {"write an attribute of 100 objects", function()
    local session, users = loaded(100)
    return function()
      for _, user in ipairs(users) do user.name = "new" end
    end, function()
      session:rollback()
      users = session:scalars(la.select(User)):all()
    end
  end},

  {"load 1000 objects", function()
    local session, stmt = loaded(1000), la.select(User)
    return function() return session:scalars(stmt):all() end, function() session:expunge_all() end
  end},

  {"get by key from the session", function()
    local session, users = loaded(10)
    return function() return session:get(User, 5), users end
  end},

  {"get by key from the database", function()
    local session = loaded(10)
    return function() return session:get(User, 5) end, function() session:expunge_all() end
  end},

  {"query one by key, cached", function()
    local session = loaded(10)
    return function() return session:query(User):filter(User.id:eq(5)):one() end, function() session:expunge_all() end
  end},

  {"flush 100 inserts, keys given", function()
    local session = la.Session(model.engine())
    return function() session:flush() end, function()
      pending(session, 0)
      for i = 1, 100 do session:add(User{id = i, name = "name " .. i, fullname = "full name " .. i}) end
    end
  end},

  {"flush 100 inserts, keys generated", function()
    local session = la.Session(model.engine())
    return function() session:flush() end, function() pending(session, 100) end
  end},

  {"flush 100 updates", function()
    local session, users = loaded(100)
    return function() session:flush() end, function()
      session:rollback()
      users = session:scalars(la.select(User)):all()
      for i, user in ipairs(users) do user.name = "new " .. i end
    end
  end},

  {"flush 100 deletes", function()
    local session = la.Session(model.engine(100))
    return function() session:flush() end, function()
      session:rollback()
      for _, address in ipairs(session:scalars(la.select(Address):limit(100)):all()) do session:delete(address) end
    end
  end},

  {"add an object and commit", function()
    local engine = model.engine()
    return function()
      local session = la.Session(engine)
      session:add(User{name = "a", fullname = "b"})
      session:commit()
    end
  end},

  {"commit, refresh on access", function()
    local session, users = loaded(1)
    return function()
      session:commit()
      return users[1].name
    end
  end},

  {"load a collection lazily", function()
    local session, users = loaded(10)
    return function() return #users[5].addresses end, function() session:expire(users[5]) end
  end},

  {"load a parent lazily", function()
    local session = la.Session(model.engine(10))
    local address
    return function() return address.user end, function()
      session:expunge_all()
      address = session:get(Address, 5)
    end
  end},

  {"load 100 objects and collections, joined", function()
    local session = la.Session(model.engine(100))
    local stmt = la.select(User):options(la.joinedload(User.addresses))
    return function() return session:scalars(stmt):unique():all() end, function() session:expunge_all() end
  end},

  {"load 100 objects and collections, selectin", function()
    local session = la.Session(model.engine(100))
    local stmt = la.select(User):options(la.selectinload(User.addresses))
    return function() return session:scalars(stmt):all() end, function() session:expunge_all() end
  end},

  {"append 100 objects to a collection", function()
    local user
    return function()
      local addresses = user.addresses
      for _ = 1, 100 do addresses:append(Address{email = "a"}) end
    end, function() user = User{name = "a"} end
  end},
}
