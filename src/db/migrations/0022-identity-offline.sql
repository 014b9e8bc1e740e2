-- Whether an app may go on when the person is away (offline_access): else its tokens end with the session.
alter table identity.app_context add column offline boolean not null default false;
