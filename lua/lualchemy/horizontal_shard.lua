--- la.horizontal_shard
return require "lualchemy.ext.horizontal_shard" --[[@as lualchemy.horizontal_shard]]
