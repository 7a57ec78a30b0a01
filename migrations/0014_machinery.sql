-- Raw events that could not be read hold what everybody reported: they are for the network alone.
ALTER TABLE dead_letters ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON dead_letters USING ((SELECT asking_network()));
