package cfn
func (s *stack) serverless() {}
