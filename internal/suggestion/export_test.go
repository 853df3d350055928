package suggestion

// SetTickTogether lets a test see that Tick goes on after its first rows.
func (s *Service) SetTickTogether(n int) { s.tickTogether = n }
