-- What a region ran before it was last changed, so that it can go back: kind, settings and certificate. The secrets that
-- were replaced are kept beside, named `former/…`.
alter table systems.region add former jsonb;
