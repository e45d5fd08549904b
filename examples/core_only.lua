-- core_only.lua - tables, statements and results without the ORM.
--   lua5.4 examples/core_only.lua [--url URL]
local la = require "lualchemy"

local url = "sqlite://"
for i = 1, #arg do
  if arg[i] == "--url" then url = arg[i + 1] end
end

local metadata = la.MetaData()
local link = la.Table("link", metadata,
  la.Column("id", la.Integer, {primary_key = true}),
  la.Column("title", la.String(200), {nullable = false}),
  la.Column("author", la.String(40), {nullable = false, index = true}),
  la.Column("created", la.DateTime, {nullable = false}))
local vote = la.Table("vote", metadata,
  la.Column("link_id", la.Integer, la.ForeignKey("link.id"), {primary_key = true}),
  la.Column("voter", la.String(40), {primary_key = true}),
  la.Column("direction", la.SmallInteger, {nullable = false}))

local engine = la.create_engine(url)
metadata:drop_all(engine)
metadata:create_all(engine)

engine:begin(function(conn)
  local noon = la.datetime(2024, 5, 17, 12, 0)
  conn:execute(link:insert(), {
    {id = 1, title = "Lua 5.4 in production", author = "ann", created = noon},
    {id = 2, title = "A table is all you need", author = "bob", created = noon + la.timedelta{hours = 1}},
    {id = 3, title = "Coroutines explained", author = "ann", created = noon + la.timedelta{hours = 2}},
  })
  local votes = {}
  for _, v in ipairs{{1, "bob", 1}, {1, "cat", 1}, {2, "ann", -1}, {3, "bob", 1}, {3, "cat", 1}, {3, "dan", 1}} do
    votes[#votes + 1] = {link_id = v[1], voter = v[2], direction = v[3]}
  end
  conn:execute(vote:insert(), votes)
end)

local score = la.func.coalesce(la.func.sum(vote.c.direction), 0):label("score")
local hot = la.select(link.c.title, link.c.author, score)
  :select_from(link:outerjoin(vote, vote.c.link_id:eq(link.c.id)))
  :group_by(link.c.id, link.c.title, link.c.author, link.c.created)
  :order_by(score:desc(), link.c.created)

engine:connect(function(conn)
  print("hot:")
  for row in conn:execute(hot) do
    print(("  %2d  %s (%s)"):format(row.score, row.title, row.author))
  end
  local authors = la.select(link.c.author,
    la.func.count():label("links")):group_by(link.c.author):order_by(link.c.author)
  print("authors:")
  for row in conn:execute(authors) do
    print(("  %s: %d"):format(row.author, row.links))
  end
end)

engine:begin(function(conn)
  local changed = conn:execute(la.update(link):where(link.c.author:eq("bob")):values{title = link.c.title
    .. " (updated)"})
  print("changed:", changed.rowcount)
  local gone = conn:execute(la.delete(vote):where(vote.c.direction:lt(0)))
  print("removed votes:", gone.rowcount)
end)

-- A transaction that fails leaves nothing behind.
local ok, problem = pcall(engine.begin, engine, function(conn)
  conn:execute(link:insert():values{id = 9, title = "lost", author = "eve", created = la.datetime(2024, 5, 18)})
  conn:execute(link:insert():values{id = 1, title = "twice", author = "eve", created = la.datetime(2024, 5, 18)})
end)
print("failed as it should:", not ok and la.exc.IntegrityError:is(problem), problem.kind)

engine:connect(function(conn)
  print("links:", conn:scalar(la.select(la.func.count()):select_from(link)))
  print("newest:", conn:scalar(la.select(la.func.max(link.c.created))))
end)

print("for PostgreSQL this reads:")
print(la.select(link.c.title):where(link.c.author:in_{"ann", "bob"}):limit(5):compile{dialect = "postgresql"})
metadata:drop_all(engine)
