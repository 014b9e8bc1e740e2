-- What was looked up more than a day ago is forgotten, whoever asked.
create index look_up_by_time on law.look_up (at);
